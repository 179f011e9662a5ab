"""What a file's columns mean and what its rows say. Plain Python."""

from tuoke.steps.leads.imports.rules.fields import FIELDS, KNOWN_HEADERS, Field, Kind, field_of
from tuoke.steps.leads.imports.rules.mapping import (
    ATTRIBUTE,
    IGNORE,
    REASON_HEADER,
    ROW_HEADER,
    MapOption,
    Mapping,
    Use,
    applied,
    guess,
    headers_key,
    parse_map_option,
)
from tuoke.steps.leads.imports.rules.rows import LeadRow, Reader, RowReason, storable

__all__ = [
    "ATTRIBUTE",
    "FIELDS",
    "IGNORE",
    "KNOWN_HEADERS",
    "REASON_HEADER",
    "ROW_HEADER",
    "Field",
    "Kind",
    "LeadRow",
    "MapOption",
    "Mapping",
    "Reader",
    "RowReason",
    "Use",
    "applied",
    "field_of",
    "guess",
    "headers_key",
    "parse_map_option",
    "storable",
]
