"""What is done with people, departments, their saved views and the company's card."""

from tuoke.base.accounts.actions.company import set_company
from tuoke.base.accounts.actions.organisation import OrgResult, load_organisation
from tuoke.base.accounts.actions.saved_views import (
    ViewDraft,
    change_view,
    lay_out,
    remove_view,
    restore_view,
    save_view,
)

__all__ = [
    "OrgResult",
    "ViewDraft",
    "change_view",
    "lay_out",
    "load_organisation",
    "remove_view",
    "restore_view",
    "save_view",
    "set_company",
]
