from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Reason, Refused, Verdict
from tuoke.base.records.actions import record
from tuoke.services.exchange.reading import Row, Table
from tuoke.services.exchange.results import ImportResult, Rejected
from tuoke.steps.targeting import words
from tuoke.steps.targeting.actions.permits import importing, may_write, must
from tuoke.steps.targeting.models import PastDeal
from tuoke.steps.targeting.rules import history

CHUNK = 1000
HISTORY = "targeting.pastdeal:all"
"""What the history of imports is about: all past deals together."""


def import_history(*, table: Table, mapping: Mapping[str, str] | None, by: Principal, now: datetime) -> ImportResult:
    """Take a file of closed deals into the history (S1.3). ``mapping``: see ``rules.history.sources_of``.

    Open deals are rejected (not_closed). Stored by the thousand rows, each chunk whole: an interrupted import goes on
    when it is run again, and a row that is there already is skipped. A plain number under an English amount header is
    taken as yuan, and a warning says so. Raises Refused: may_not_write, or MappingError's problems; Unreadable.
    """
    began = time.monotonic()
    verdict = may_write(by)
    try:
        sources = history.sources_of(table.headers, mapping)
    except history.MappingError as error:
        raise Refused(verdict & Verdict(error.problems)) from error
    must(verdict)
    deque(table.rows(), maxlen=0)  # a file that breaks half-way is refused before anything is stored
    result, today = ImportResult(), timezone.localdate(now)
    result.warnings += [words.assumed_yuan(source.name) for source in sources if source.assumed_yuan]
    for chunk in _chunks(table.rows(), CHUNK):
        deals: dict[str, history.Deal] = {}
        for row in chunk:
            result.rows += 1
            found = history.deal_of(row.cells, sources, today=today)
            if isinstance(found, tuple):
                result.reject(_rejected(row, found))
            elif found.digest in deals:
                result.skipped += 1
            else:
                deals[found.digest] = found
        created = _store_history(deals, rows=(chunk[0].number, chunk[-1].number), by=by, now=now)
        result.created += created
        result.skipped += len(deals) - created
    result.seconds = time.monotonic() - began
    return result


@transaction.atomic
def _store_history(deals: Mapping[str, history.Deal], *, rows: tuple[int, int], by: Principal, now: datetime) -> int:
    known = set(PastDeal.objects.filter(digest__in=list(deals)).values_list("digest", flat=True))
    new = [PastDeal(**_past_deal(deal)) for digest, deal in deals.items() if digest not in known]
    if new:
        PastDeal.objects.bulk_create(new, batch_size=500)
        record(
            kind="targeting.history_imported", subject=HISTORY, by=importing(by, "history"), at=now,
            facts={"created": len(new), "first_row": rows[0], "last_row": rows[1]},
        )  # fmt: skip
    return len(new)


def _past_deal(deal: history.Deal) -> dict[str, Any]:
    return {name: getattr(deal, name) for name in (*history.FIELDS, "digest", "attributes")}


def _rejected(row: Row, reasons: tuple[Reason, ...]) -> Rejected:
    said = tuple((reason.code, str(reason.params.get("field", "")), words.right(reason)) for reason in reasons)
    return Rejected(row.number, tuple(row.cells), said)


def _chunks(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, size)):
        yield chunk
