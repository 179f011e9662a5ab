"""What a deal's value model says, for screens, papers and other rooms."""

from tuoke.steps.proposals.values.queries.sheet import (
    Entry,
    Sheet,
    frozen_of,
    investment_of,
    sheet_of,
    stored,
    values_by_need,
    worth_of,
)

__all__ = ["Entry", "Sheet", "frozen_of", "investment_of", "sheet_of", "stored", "values_by_need", "worth_of"]
