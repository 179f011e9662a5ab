"""One row of 《客户需求清单》: what its seven cells say, or every reason why it can't be taken."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tuoke.base.kernel.verdict import Reason
from tuoke.services.exchange.rules import Cell, Problem, day, text, text_key
from tuoke.spine.followups.rules import FieldReason
from tuoke.steps.discovery.rules.needs import DESCRIPTION_LIMIT, FIRST_DAY, NeedKind, Priority

TABLE_COLUMNS = ("客户名称", "联系人", "职位", "需求类型", "需求描述", "优先级", "确认时间")
"""In this order. These are cells of a document, not words of a screen."""
CUSTOMER, CONTACT, POSITION, KIND, DESCRIPTION, PRIORITY, CONFIRMED = TABLE_COLUMNS
NEEDED = (CUSTOMER, KIND, DESCRIPTION)
LIMITS = {CUSTOMER: 120, CONTACT: 60, POSITION: 60, KIND: 40, DESCRIPTION: DESCRIPTION_LIMIT, PRIORITY: 40}


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row that can be taken; a blank priority is the middle one."""

    customer: str
    contact: str
    position: str
    kind: NeedKind
    description: str
    priority: Priority
    confirmed_on: date | None

    def digest(self, *, customer_id: int) -> str:
        """The same for the very same row about the same customer, however often it is imported."""
        parts = (
            str(customer_id),
            self.contact,
            self.position,
            self.kind.value,
            self.description,
            self.priority.value,
            self.confirmed_on.isoformat() if self.confirmed_on else "",
        )
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def read_row(cells: Sequence[Cell], places: Mapping[str, int], *, today: date) -> TableRow | tuple[FieldReason, ...]:
    wrong: list[FieldReason] = []
    texts = {column: _text(column, _cell(cells, places, column), wrong) for column in LIMITS}
    faulty = {reason.column for reason in wrong}
    wrong += [FieldReason(c, Reason("cell_missing")) for c in NEEDED if not texts[c] and c not in faulty]
    kind, priority = kind_of(texts[KIND]), priority_of(texts[PRIORITY])
    if texts[KIND] and kind is None:
        wrong.append(FieldReason(KIND, Reason("kind_unknown", {"text": texts[KIND]})))
    if priority is None:
        wrong.append(FieldReason(PRIORITY, Reason("priority_unknown", {"text": texts[PRIORITY]})))
    confirmed_on = _confirmed(_cell(cells, places, CONFIRMED), wrong, today=today)
    if wrong or kind is None or priority is None:
        return tuple(wrong)
    return TableRow(
        customer=texts[CUSTOMER],
        contact=texts[CONTACT],
        position=texts[POSITION],
        kind=kind,
        description=texts[DESCRIPTION],
        priority=priority,
        confirmed_on=confirmed_on,
    )


def kind_of(said: str) -> NeedKind | None:
    return _KINDS.get(text_key(said).removesuffix("需求"))


def priority_of(said: str) -> Priority | None:
    return _PRIORITIES.get(text_key(said).removesuffix("优先级")) if said else Priority.MEDIUM


def _cell(cells: Sequence[Cell], places: Mapping[str, int], column: str) -> Cell:
    index = places.get(column)
    return cells[index] if index is not None and index < len(cells) else None


def _text(column: str, cell: Cell, wrong: list[FieldReason]) -> str:
    found = text(cell, limit=LIMITS[column])
    if isinstance(found, Problem):
        wrong.append(FieldReason(column, Reason(found.code, found.params)))
        return ""
    return found or ""


def _confirmed(cell: Cell, wrong: list[FieldReason], *, today: date) -> date | None:
    found = day(cell)
    if isinstance(found, Problem):
        wrong.append(FieldReason(CONFIRMED, Reason(found.code, found.params)))
    elif found is None:
        return None
    elif found.precision != "day":
        wrong.append(FieldReason(CONFIRMED, Reason("date_too_coarse", {"text": f"{found.date:%Y-%m}"})))
    elif found.date > today:
        wrong.append(FieldReason(CONFIRMED, Reason("confirmation_in_future", {"text": found.date.isoformat()})))
    elif found.date < FIRST_DAY:
        wrong.append(FieldReason(CONFIRMED, Reason("date_too_early", {"first": FIRST_DAY.year})))
    else:
        return found.date
    return None


_KINDS = {
    text_key(word): kind
    for kind, words in {
        NeedKind.RIGID: "刚性 刚需 必须 rigid must",
        NeedKind.ELASTIC: "弹性 可选 elastic should",
        NeedKind.LATENT: "潜在 隐性 latent",
    }.items()
    for word in words.split()
}
_PRIORITIES = {
    text_key(word): priority
    for priority, words in {
        Priority.HIGH: "高 紧急 重要 high p0 p1 h a",
        Priority.MEDIUM: "中 一般 普通 medium middle p2 m b",
        Priority.LOW: "低 不急 low p3 l c",
    }.items()
    for word in words.split()
}
