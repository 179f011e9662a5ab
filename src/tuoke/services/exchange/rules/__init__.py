"""What a cell says. Every parser answers the value, ``None`` for a blank, or a ``Problem`` with a code."""

from tuoke.services.exchange.rules.amounts import (
    UNITS,
    Span,
    amount,
    amount_range,
    cents,
    count_range,
    number,
    percent,
    unit_of,
)
from tuoke.services.exchange.rules.cells import BLANK_WORDS, BrokenCell, Cell, Problem, sound, text, text_fault
from tuoke.services.exchange.rules.contacts import Phone, emails, phone_key, phones
from tuoke.services.exchange.rules.dates import Day, day, moment
from tuoke.services.exchange.rules.escapes import escaped, unescaped
from tuoke.services.exchange.rules.flags import yes_no
from tuoke.services.exchange.rules.headers import (
    Header,
    find_header,
    header,
    header_key,
    looks_like_header,
    looks_like_total,
)
from tuoke.services.exchange.rules.names import CompanyName, company_key, company_name, credit_code, text_key

__all__ = [
    "BLANK_WORDS",
    "UNITS",
    "BrokenCell",
    "Cell",
    "CompanyName",
    "Day",
    "Header",
    "Phone",
    "Problem",
    "Span",
    "amount",
    "amount_range",
    "cents",
    "company_key",
    "company_name",
    "count_range",
    "credit_code",
    "day",
    "emails",
    "escaped",
    "find_header",
    "header",
    "header_key",
    "looks_like_header",
    "looks_like_total",
    "moment",
    "number",
    "percent",
    "phone_key",
    "phones",
    "sound",
    "text",
    "text_fault",
    "text_key",
    "unescaped",
    "unit_of",
    "yes_no",
]
