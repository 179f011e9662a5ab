"""What is known before somebody is spoken to (S3.1). Each read costs the same number of queries for one line as for many."""

from tuoke.steps.outreach.queries.background import Background, Gap, Person, background_of, people_for
from tuoke.steps.outreach.queries.facts import facts_for, fit_of
from tuoke.steps.outreach.queries.notes import Notes, notes_of
from tuoke.steps.outreach.queries.openings import Opening, Openings, openings_for
from tuoke.steps.outreach.queries.places import (
    adding,
    kind_of,
    place_of_fact,
    place_of_trigger,
    place_of_unknown,
    sheet_of,
)

__all__ = [
    "Background",
    "Gap",
    "Notes",
    "Opening",
    "Openings",
    "Person",
    "adding",
    "background_of",
    "facts_for",
    "fit_of",
    "kind_of",
    "notes_of",
    "openings_for",
    "people_for",
    "place_of_fact",
    "place_of_trigger",
    "place_of_unknown",
    "sheet_of",
]
