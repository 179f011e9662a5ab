"""One row of 《项目跟进记录表》: what its eight cells say, or every reason why it can't be taken."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tuoke.base.kernel.verdict import Reason
from tuoke.services.exchange.rules import BrokenCell, Cell, Problem, day, header_key, moment, text
from tuoke.spine.customers.rules import Channel
from tuoke.spine.followups.rules.aliases import channels_of, step_of
from tuoke.spine.followups.rules.records import FIRST_DAY, SUMMARY_LIMIT, TITLE_LIMIT
from tuoke.spine.playbook.rules import StepKey

TABLE_COLUMNS = ("客户名称", "跟进阶段", "跟进时间", "跟进方式", "沟通内容摘要", "下一步行动", "责任人", "完成时限")
"""In this order. These are cells of a document, not words of a screen."""
CUSTOMER, STAGE, AT, CHANNELS, SUMMARY, NEXT, OWNER, DUE = TABLE_COLUMNS
NEEDED = (CUSTOMER, AT, SUMMARY)
LIMITS = {CUSTOMER: 120, STAGE: 40, CHANNELS: 60, SUMMARY: SUMMARY_LIMIT, NEXT: TITLE_LIMIT, OWNER: 60}


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row that can be taken. ``at`` is local, as written; labels are cells as they came."""

    customer: str
    at: datetime
    summary: str
    step: StepKey | None
    stage_label: str
    channels: tuple[Channel, ...]
    channel_label: str
    next_action: str
    owner_label: str
    due_on: date | None

    def digest(self, *, customer_id: int) -> str:
        """The same for the very same row about the same customer, however often it is imported."""
        parts = (
            str(customer_id),
            self.stage_label,
            self.at.isoformat(),
            self.channel_label,
            self.summary,
            self.next_action,
            self.owner_label,
            self.due_on.isoformat() if self.due_on else "",
        )
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class FieldReason:
    """Why a cell can't be taken: the column and the reason."""

    column: str
    reason: Reason


def columns_in(headers: Sequence[str], wanted: Sequence[str]) -> Mapping[str, int]:
    """Where each wanted column stands; those that are missing are missing."""
    places = {header_key(header): index for index, header in reversed(list(enumerate(headers))) if header}
    return {name: places[header_key(name)] for name in wanted if header_key(name) in places}


def read_row(cells: Sequence[Cell], places: Mapping[str, int], *, today: date) -> TableRow | tuple[FieldReason, ...]:
    wrong: list[FieldReason] = []
    texts = {column: _text(column, _cell(cells, places, column), wrong) for column in LIMITS}
    at = _at(_cell(cells, places, AT), wrong, today=today)
    due_on = _due(_cell(cells, places, DUE), wrong)
    step, channels = step_of(texts[STAGE]), channels_of(texts[CHANNELS])
    wrong += [FieldReason(c, Reason("cell_missing")) for c in (CUSTOMER, SUMMARY) if _blank(cells, places, c)]
    if texts[STAGE] and step is None:
        wrong.append(FieldReason(STAGE, Reason("stage_unknown", {"text": texts[STAGE]})))
    if texts[CHANNELS] and channels is None:
        wrong.append(FieldReason(CHANNELS, Reason("channel_unknown", {"text": texts[CHANNELS]})))
    if due_on and _blank(cells, places, NEXT):
        wrong.append(FieldReason(NEXT, Reason("action_missing")))
    if wrong or at is None:
        return tuple(wrong)
    return TableRow(
        customer=texts[CUSTOMER],
        at=at,
        summary=texts[SUMMARY],
        step=step,
        stage_label=texts[STAGE],
        channels=channels or (),
        channel_label=texts[CHANNELS],
        next_action=texts[NEXT],
        owner_label=texts[OWNER],
        due_on=due_on,
    )


def shown(cell: Cell) -> str:
    """A cell as it can be shown and written back into the table of what was refused."""
    if cell is None:
        return ""
    if isinstance(cell, BrokenCell):
        return cell.text
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _cell(cells: Sequence[Cell], places: Mapping[str, int], column: str) -> Cell:
    index = places.get(column)
    return cells[index] if index is not None and index < len(cells) else None


def _blank(cells: Sequence[Cell], places: Mapping[str, int], column: str) -> bool:
    return text(_cell(cells, places, column)) is None


def _text(column: str, cell: Cell, wrong: list[FieldReason]) -> str:
    found = text(cell, limit=LIMITS[column])
    if isinstance(found, Problem):
        wrong.append(FieldReason(column, Reason(found.code, found.params)))
        return ""
    return found or ""


def _at(cell: Cell, wrong: list[FieldReason], *, today: date) -> datetime | None:
    found = moment(cell)
    if isinstance(found, Problem):
        wrong.append(FieldReason(AT, Reason(found.code, found.params)))
    elif found is None:
        wrong.append(FieldReason(AT, Reason("cell_missing")))
    elif found.date() > today:
        wrong.append(FieldReason(AT, Reason("date_in_future", {"text": found.date().isoformat()})))
    elif found.date() < FIRST_DAY:
        wrong.append(FieldReason(AT, Reason("date_too_early", {"first": FIRST_DAY.year})))
    else:
        return found
    return None


def _due(cell: Cell, wrong: list[FieldReason]) -> date | None:
    found = day(cell)
    if isinstance(found, Problem):
        wrong.append(FieldReason(DUE, Reason(found.code, found.params)))
        return None
    if found is not None and found.precision != "day":
        wrong.append(FieldReason(DUE, Reason("date_too_coarse", {"text": found.date.strftime("%Y-%m")})))
        return None
    return found.date if found else None
