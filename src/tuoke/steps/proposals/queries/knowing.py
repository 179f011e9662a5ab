"""What this customer told us of himself: needs, answers, facts of his company (S5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.models import Need
from tuoke.steps.discovery.queries import lines_of
from tuoke.steps.discovery.queries.lists import Line
from tuoke.steps.proposals.rules import Known, Quantity, Told, figures_of, known_of

_TELLING = 3
"""Other facts of a company shorter than this are codes and yeses, no names."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A deal's listed needs in their order, with all that the customer told, laid out for the search in texts."""

    lines: tuple[Line, ...]
    known: Known
    figures: tuple[Quantity, ...]

    @property
    def needs(self) -> list[Need]:
        return [line.need for line in self.lines]


def knowledge_of(deal: Opportunity) -> Knowledge:
    """The deal was seen already, with its customer. A constant number of queries."""
    needs = sorted(Need.objects.listed().filter(opportunity=deal), key=lambda need: need.place)
    lines = lines_of(needs)
    told = [*(told for line in lines for told in _told_in(line)), *_told_by(deal.customer)]
    return Knowledge(tuple(lines), known_of(told, customer=deal.customer.name), figures_of(one.text for one in told))


def _told_in(line: Line) -> list[Told]:
    need, where = line.need, _("需求清单")
    said = [need.description, need.pain, need.impact]
    sources = [Told(source.text, source.where, need.pk) for source in line.sources]
    return [Told(text, where, need.pk) for text in said if text.strip()] + sources


def _told_by(customer: Customer) -> list[Told]:
    attributes: Mapping[str, object] = customer.attributes or {}
    texts = [value.strip() for value in attributes.values() if isinstance(value, str)]
    return [Told(text, _("客户资料"), is_name=True) for text in texts if len(text) >= _TELLING]
