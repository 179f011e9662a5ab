"""The cells of a row, drawn here and not by tags: there are hundreds of them on a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _noop
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.ui import formats
from tuoke.base.ui.templatetags import ui
from tuoke.spine.customers.models import STATUS_NAMES, Lead
from tuoke.spine.customers.queries import name_of, reach_of
from tuoke.spine.customers.rules import LeadStatus, Reach
from tuoke.spine.customers.templatetags import parties
from tuoke.steps.leads.queries import Corner
from tuoke.steps.leads.queries.columns import COLUMNS

NUMBERS = frozenset({"score", "budget", "reachable", "staff"})
ONLY_DESK = frozenset(
    {"contact", "phone", "source", "industry", "region", "position", "campaign", "staff", "created", "touched"}
)
"""Left out on the phone, where a row is a card."""
SHORT = 60
NEWEST = "-id"


@dataclass(frozen=True, slots=True)
class Seen:
    """From where a list is looked at."""

    who: Principal
    corner: Corner
    today: date
    language: str
    trail: Callable[[Lead, int], str]
    writable: frozenset[int]


@dataclass(frozen=True, slots=True)
class Row:
    """A lead as the viewer may see it in a list, drawn. ``verbs`` are what keys do with it: data attributes."""

    lead: Lead
    verbs: SafeString
    cells: SafeString


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading; ``url`` sorts, ``state`` is ascending, descending or none."""

    key: str
    label: StrOrPromise
    css: str
    url: str
    state: str


def heads(columns: Sequence[str], query: QueryDict, path: str) -> list[Head]:
    now = query.get("sort") or NEWEST
    found = []
    for key in columns:
        column = COLUMNS[key]
        url = f"{path}?{_sorted(query, column.sort, column.first)}" if column.sort else ""
        state = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(now, "none") if column.sort else "none"
        found.append(Head(key, column.label, _css(key), url, state))
    return found


def drawn(leads: Sequence[Lead], columns: Sequence[str], seen: Seen) -> list[Row]:
    return [_row(lead, columns, seen, number) for number, lead in enumerate(leads)]


def _row(lead: Lead, columns: Sequence[str], seen: Seen, number: int) -> Row:
    reach = reach_of(lead, who=seen.who)
    cells: list[str] = [_pick(lead, seen), _party(lead, reach, seen, number)]
    cells += [_cell(key, CELLS[key](lead, reach, seen)) for key in columns]
    return Row(lead, _verbs(lead, seen), mark_safe("".join(cells)))  # noqa: S308  # each part is escaped


def _pick(lead: Lead, seen: Seen) -> SafeString:
    label = _said("选择 %(name)s", seen.language) % {"name": lead.company[:40] or lead.pk}
    return format_html(
        '<td class="lead-pick"><input type="checkbox" class="form-check-input" name="pick" value="{}" form="bulk" aria-label="{}"></td>',
        f"{lead.pk}.{lead.version}",
        label,
    )


@lru_cache(maxsize=64)
def _said(text: str, language: str | None) -> str:
    """The same few words on every line. Marked for translation below."""
    return gettext(text)


_WORDS = (_noop("选择 %(name)s"), _noop("该联系"), _noop("公海"), _noop("领取"))


@lru_cache(maxsize=16)
def _pattern(name: str) -> tuple[str, str]:
    """Before and behind the id in an address: a page has a hundred of them."""
    before, _zero, behind = reverse(name, args=[0]).rpartition("0")
    return before, behind


def address(name: str, lead: Lead) -> str:
    before, behind = _pattern(name)
    return f"{before}{lead.pk}{behind}"


def _party(lead: Lead, reach: Reach, seen: Seen, number: int) -> SafeString:
    want = reach.told(lead.want)
    status = "" if lead.status == LeadStatus.OPEN else ui.badge(STATUS_NAMES[LeadStatus(lead.status)])
    below = (
        format_html(
            '<div class="quiet small clip" title="{}">{}</div>',
            formats.shortened(want, 300),
            formats.shortened(want, SHORT),
        )
        if want
        else ""
    )
    name = name_of(lead, who=seen.who)
    return format_html(
        '<td class="lead-party"><a class="row-link" href="{}">{}</a> {}{}</td>',
        seen.trail(lead, number),
        name,
        status,
        below,
    )


def _verbs(lead: Lead, seen: Seen) -> SafeString:
    """Where the keys e and a lead."""
    found: SafeString = mark_safe("")
    if lead.pk in seen.writable:
        found += format_html(' data-edit="{}"', address("leads:edit", lead))
    if seen.who.may(Permission.LEAD_ASSIGN) and lead.status == LeadStatus.OPEN:
        found += format_html(' data-assign="{}"', address("leads:assign", lead))
    return found


def _cell(key: str, content: object) -> str:
    css = _css(key)
    if content in (None, "", ui.NONE):
        return f'<td class="{css} only-desk">{ui.NONE}</td>'
    return f'<td class="{css}">{conditional_escape(str(content) if not isinstance(content, str) else content)}</td>'


@lru_cache(maxsize=64)
def _css(key: str) -> str:
    found = [f"lead-{key}"]
    if key in NUMBERS:
        found.append("number")
    if key in ("purchase", "touched", "due", "recycle", "created", "phone"):
        found.append("nowrap")
    if key in ONLY_DESK:
        found.append("only-desk")
    return " ".join(found)


def _score(lead: Lead, reach: Reach, seen: Seen) -> SafeString:
    """The score, and how far it can still rise where something isn't known yet."""
    if lead.score is None:
        return ui.NONE
    return _scored(str(lead.score), str(lead.score_max or ""), bool(lead.tier), seen.language)


@lru_cache(maxsize=2048)
def _scored(score: str, reachable: str, is_high: bool, language: str) -> SafeString:
    badge = ui.badge(score, tone="green" if is_high else "gray")
    if not reachable or float(reachable) <= float(score):
        return badge
    said = gettext("补齐未知信息后最高可达")
    return format_html('{} <span class="quiet small" title="{}">/ {}</span>', badge, said, reachable)


def _owner(lead: Lead, reach: Reach, seen: Seen) -> object:
    if lead.owner:
        return lead.owner.name
    if lead.status != LeadStatus.OPEN or not seen.who.may(Permission.LEAD_WRITE):
        return format_html('<span class="quiet">{}</span>', _said("公海", seen.language))
    return format_html(
        '<button class="btn btn-plain btn-small" form="row-verbs" formaction="{}" name="seen" value="{}" data-claim>{}{}</button>',
        address("leads:claim", lead),
        lead.public_id,
        ui.icon("user-plus"),
        _said("领取", seen.language),
    )


def _due(lead: Lead, reach: Reach, seen: Seen) -> object:
    if lead.due_on is None or lead.status != LeadStatus.OPEN:
        return ""
    label = format_html('<span class="only-phone quiet">{} </span>', _said("该联系", seen.language))
    said = label + ui.day(lead.due_on, today=seen.today)
    if lead.due_on < seen.today:
        return format_html('<span class="bad strong">{}</span>', said)
    return format_html('<span class="strong">{}</span>', said) if lead.due_on == seen.today else said


def _recycle(lead: Lead, reach: Reach, seen: Seen) -> object:
    if lead.recycle_on is None or lead.status != LeadStatus.OPEN:
        return ""
    said = ui.day(lead.recycle_on, today=seen.today)
    return format_html('<span class="warn">{}</span>', said) if lead.recycle_on <= seen.today + timedelta(7) else said


def _plain(key: str) -> Callable[[Lead, Reach, Seen], object]:
    value = COLUMNS[key].value
    return lambda lead, reach, seen: value(lead, reach)


def _source(lead: Lead, reach: Reach, seen: Seen) -> str:
    return lead.source.name if lead.source else formats.shortened(lead.source_detail, 16)


def _contact(lead: Lead, reach: Reach, seen: Seen) -> object:
    if not reach.phone:
        return reach.contact
    phone = COLUMNS["phone"].value(lead, reach)
    return format_html('{}<div class="quiet small nowrap">{}</div>', reach.contact, phone)


CELLS: Mapping[str, Callable[[Lead, Reach, Seen], object]] = {
    **{key: _plain(key) for key in COLUMNS},
    "score": _score,
    "tier": lambda lead, reach, seen: parties.tier_badge(lead.tier),
    "budget": lambda lead, reach, seen: parties.amounts(lead.budget_low, lead.budget_high),
    "purchase": lambda lead, reach, seen: parties.month(lead.purchase_on),
    "contact": _contact,
    "source": _source,
    "owner": _owner,
    "touched": lambda lead, reach, seen: ui.day(lead.last_touch_at, today=seen.today),
    "due": _due,
    "recycle": _recycle,
    "created": lambda lead, reach, seen: ui.day(lead.created_at, today=seen.today),
    "staff": lambda lead, reach, seen: parties.counts(lead.staff_low, lead.staff_high),
}


def _sorted(query: QueryDict, by: str, first: str) -> str:
    kept = {name: value for name, value in query.items() if name not in ("sort", "cursor")}
    now = query.get("sort") or NEWEST
    other = f"-{by}" if first == by else by
    return urlencode({**kept, "sort": other if now == first else first})


def language() -> str:
    return get_language() or ""
