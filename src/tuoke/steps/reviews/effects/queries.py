"""What happened on two versions, added up in the database: a dozen statements for any number of deals."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FloatField,
    Func,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Ln

from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.models import GatePass, Opportunity, StepVisit
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.playbook.models import PlaybookVersion
from tuoke.spine.playbook.rules import DEAL_STEPS, PlaybookDoc, StepKey
from tuoke.steps.reviews.effects.models import Measurement, reads_all
from tuoke.steps.reviews.effects.rules import Finding, Measure, Pair, Question, Tally, Verdict, findings

LOOK_BACK = timedelta(days=365)
"""Deals on the earlier version count if they were opened in the year before the later one was published."""
TYPE = ("market", "scale", "motion", "is_complex")
SMALL = 3_000
"""Up to so many deals the answer takes well under a second."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """Days within which something counts, the same on both sides: twice a step's standard (at least two weeks), one and
    a half times that of steps 3 to 7 together (30 to 365) for a deal."""

    deal: int
    steps: Mapping[str, int]

    @classmethod
    def of(cls, *docs: PlaybookDoc) -> Horizon:
        standard: dict[str, int] = defaultdict(int)
        for doc in docs:
            for step in doc.steps:
                if step.key in DEAL_STEPS:
                    standard[step.key] = max(standard[step.key], step.standard_days)
        whole = sum(days for key, days in standard.items() if key != StepKey.REVIEWS)
        return cls(
            deal=min(365, max(30, math.ceil(whole * 1.5))),
            steps={str(key): max(14, days * 2) for key, days in standard.items()},
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """Deals opened in the time that counts, by what became of them here: compared, cut off because deals went over to
    another version before their horizon was over, too young for the horizon."""

    compared: int
    moved: int
    young: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement. ``counted``: (before, after)."""

    findings: tuple[Finding, ...]
    counted: tuple[Counted, Counted]
    horizon: Horizon

    def find(self, measure: Measure, step: str = "") -> Finding | None:
        return next((f for f in self.findings if f.question == Question(measure, step)), None)


def versions_of(version: PlaybookVersion | None = None) -> QuerySet[PlaybookVersion]:
    """Published now or before, the latest first, without what they say."""
    found = PlaybookVersion.objects.filter(published_at__isnull=False).defer("content").select_related("playbook")
    if version is not None:
        found = found.filter(playbook=version.playbook_id, number__lt=version.number)
    return found.order_by("playbook", "-number")


def is_earlier(version: PlaybookVersion, *, than: PlaybookVersion) -> bool:
    """Of the same playbook, and published before. A draft has no number yet."""
    same = version.playbook_id == than.playbook_id
    return same and version.number is not None and than.number is not None and version.number < than.number


def measurement_of(who: Principal, *, before: PlaybookVersion, after: PlaybookVersion) -> Measurement | None:
    return Measurement.objects.visible_to(who).filter(before=before, after=after).first()


def deals_measured(who: Principal) -> QuerySet[Opportunity]:
    """The real deals that figures for this person are made of: all of them, or those that he sees (O1)."""
    deals = Opportunity.objects.all() if reads_all(who) else Opportunity.objects.visible_to(who)
    return deals.real()


def how_many(who: Principal, *, before: PlaybookVersion, after: PlaybookVersion) -> int:
    """Deals on both versions, counted up to one more than ``SMALL``."""
    found = deals_measured(who).filter(playbook_version__in=[before.pk, after.pk])
    return found.values("pk")[: SMALL + 1].count()


def measured(who: Principal, *, before: PlaybookVersion, after: PlaybookVersion, now: datetime) -> Measured:
    """Two versions compared on the deals that were opened on them. A dozen statements."""
    horizon = Horizon.of(before.document(), after.document())
    sides = _sides(deals_measured(who), before=before, after=after, horizon=horizon, now=now)
    tallies: dict[Question, dict[tuple[Any, ...], list[Tally]]] = defaultdict(dict)
    for number, side in enumerate(sides):
        for question, kind, tally in (*_of_deals(side, horizon=horizon), *_of_steps(side, horizon=horizon)):
            tallies[question].setdefault(kind, [Tally(), Tally()])[number] = tally
    pairs = {question: _pairs(kinds.values()) for question, kinds in tallies.items()}
    for question in _questions(before.document(), after.document()):
        pairs.setdefault(question, [])
    first, second = (_counted(side, horizon=horizon, now=now) for side in sides)
    return Measured(tuple(findings(pairs)), (first, second), horizon)


def stored(measured: Measured) -> dict[str, Any]:
    """As JSON keeps it."""
    return {
        "findings": [asdict(finding) for finding in measured.findings],
        "counted": [asdict(one) for one in measured.counted],
        "horizon": {"deal": measured.horizon.deal, "steps": dict(measured.horizon.steps)},
    }


def read(content: Mapping[str, Any]) -> Measured:
    """What ``stored`` kept."""
    told = [
        Finding(**{**one, "question": _question(one["question"]), "verdict": Verdict(one["verdict"])})
        for one in content["findings"]
    ]
    first, second = (Counted(**one) for one in content["counted"])
    return Measured(tuple(told), (first, second), Horizon(content["horizon"]["deal"], content["horizon"]["steps"]))


def _question(said: Mapping[str, str]) -> Question:
    return Question(Measure(said["measure"]), said["step"])


def _questions(*docs: PlaybookDoc) -> list[Question]:
    keys = {str(step.key) for doc in docs for step in doc.steps if step.key in DEAL_STEPS} - {StepKey.REVIEWS.value}
    steps = [Question(m, key) for m in (Measure.CONVERSION, Measure.STEP_DAYS) for key in sorted(keys)]
    return [Question(m) for m in (Measure.WIN_RATE, Measure.CYCLE, Measure.AMOUNT)] + steps


def _pairs(kinds: Iterable[list[Tally]]) -> list[Pair]:
    return [(before, after) for before, after in kinds]


@dataclass(frozen=True, slots=True)
class _Side:
    """The deals that were opened on one version, and until when all of them stayed on it.

    Once deals go over to another version, those that don't are no fair sample: they are the ones that were closed in
    time. So a side ends with the first that went over, and a deal counts for the version it was opened on, wherever it
    is now.
    """

    deals: QuerySet[Opportunity]
    until: datetime

    def ripe(self, name: str, days: int) -> Q:
        """What had so many days from the moment ``name`` on before the side ended."""
        return Q(**{f"{name}__lte": self.until - timedelta(days=days)})


def _sides(
    deals: QuerySet[Opportunity], *, before: PlaybookVersion, after: PlaybookVersion, horizon: Horizon, now: datetime
) -> tuple[_Side, _Side]:
    """Before: a year of deals that had the whole horizon, none of them opened when the later version was there."""
    assert after.published_at is not None
    first, second = (
        _Side(found, _left_alone(found) or now) for found in (_opened_on(deals, v) for v in (before, after))
    )
    last = min(after.published_at, first.until - timedelta(days=horizon.deal))
    lately = first.deals.filter(created_at__gte=last - LOOK_BACK, created_at__lt=after.published_at)
    return _Side(lately, first.until), second


def _left_alone(deals: QuerySet[Opportunity]) -> datetime | None:
    """When the first of them went over to another version; None: none did."""
    found: datetime | None = deals.order_by().aggregate(at=Min("version_changed_at"))["at"]
    return found


def _opened_on(deals: QuerySet[Opportunity], version: PlaybookVersion) -> QuerySet[Opportunity]:
    """Those that are on it and never changed; of those that changed, what was opened while it was the published one.
    Without what was signed before it was entered here: it went through no step in its own time. A day's grace, for the
    days are of UTC here and local there. What still runs has no end, and counts."""
    later = PlaybookVersion.objects.filter(playbook=version.playbook_id, number__gt=version.number)
    following = later.order_by("number").values_list("published_at", flat=True).first()
    changed = Q(version_changed_at__isnull=False, playbook_version__playbook=version.playbook_id)
    changed &= Q(created_at__gte=version.published_at)
    if following is not None:
        changed &= Q(created_at__lt=following)
    opened = deals.filter(Q(playbook_version=version, version_changed_at=None) | changed)
    lasted = opened.annotate(lasted=_Days("created_at", "outcome_on"))
    return lasted.filter(Q(outcome_on=None) | Q(lasted__gte=-1))


def _of_deals(side: _Side, *, horizon: Horizon) -> Iterable[tuple[Question, tuple[Any, ...], Tally]]:
    """Won within the horizon, in how many days, for how much: of deals that had the whole horizon."""
    days = _Days("created_at", "outcome_on")
    won = Q(outcome=Outcome.WON.value, took__lte=horizon.deal)
    priced = won & Q(amount__gt=0)
    rows = (
        side.deals.filter(side.ripe("created_at", horizon.deal))
        .order_by()
        .annotate(took=days, log=Case(When(amount__gt=0, then=Ln("amount")), output_field=FloatField()))
        .values(*TYPE)
        .annotate(
            n=Count("pk"), wins=Count("pk", filter=won), priced=Count("pk", filter=priced),
            days=Sum("took", filter=won), days2=Sum(F("took") * F("took"), filter=won, output_field=FloatField()),
            logs=Sum("log", filter=priced), logs2=Sum(F("log") * F("log"), filter=priced, output_field=FloatField()),
        )
    )  # fmt: skip
    for row in rows:
        kind = tuple(row[name] for name in TYPE)
        yield Question(Measure.WIN_RATE), kind, Tally(row["n"], row["wins"], row["wins"])
        yield Question(Measure.CYCLE), kind, _tally(row["wins"], row["days"], row["days2"])
        yield Question(Measure.AMOUNT), kind, _tally(row["priced"], row["logs"], row["logs2"])


def _of_steps(side: _Side, *, horizon: Horizon) -> Iterable[tuple[Question, tuple[Any, ...], Tally]]:
    """Went on from a step within its horizon, and the days in it, at most the horizon's.

    A deal is one case of a step, however often it was in it: its horizon begins when it first came there, all its stays
    until then are added up, and it went on if it ever did. Only those count whose whole horizon was over.
    """
    sql, values = _stays(side, horizon=horizon).query.sql_with_params()
    kinds = ", ".join(f"kind_{name}" for name in TYPE)
    with connection.cursor() as cursor:
        cursor.execute(_ADDED_UP.format(kinds=kinds, stays=sql), values)
        rows = cursor.fetchall()
    for *kind, step, n, on, days, squares in rows:
        yield Question(Measure.CONVERSION, step), tuple(kind), Tally(n, on, on)
        yield Question(Measure.STEP_DAYS, step), tuple(kind), _tally(n, days, squares)


_ADDED_UP = """
SELECT {kinds}, step, COUNT(*), SUM(went_on), SUM(days), SUM(days * days) FROM (
  SELECT {kinds}, step,
    MAX(CASE WHEN passed = 1 AND since + took < most THEN 1 ELSE 0 END) AS went_on,
    SUM(CASE WHEN since >= most THEN 0 WHEN took IS NULL OR since + took > most THEN most - since ELSE took END) AS days
  FROM ({stays}) stays WHERE is_ripe = 1 GROUP BY opportunity_id, step, {kinds}
) deals GROUP BY {kinds}, step
"""


def _stays(side: _Side, *, horizon: Horizon) -> QuerySet[StepVisit, dict[str, Any]]:
    """Each stay with the days from the deal's first coming into that step: ``since`` when it began, ``took`` so long
    (NULL: it lasts), of ``most`` that count."""
    steps = {key: days for key, days in horizon.steps.items() if key != StepKey.REVIEWS}
    most = Case(*(When(step=key, then=Value(float(days))) for key, days in steps.items()))
    ripe = Case(*(When(step=key, then=Value(side.until - timedelta(days=days))) for key, days in steps.items()))
    gone = GatePass.objects.filter(opportunity=OuterRef("opportunity"), step=OuterRef("step"), at=OuterRef("left_at"))
    first = Window(Min("entered_at"), partition_by=[F("opportunity_id"), F("step")])
    stays: QuerySet[StepVisit, dict[str, Any]] = (
        StepVisit.objects.filter(step__in=list(steps), opportunity__in=side.deals.order_by())
        .order_by()
        .annotate(
            **{f"kind_{name}": F(f"opportunity__{name}") for name in TYPE}, most=most, first=first,
            since=_Time("first", "entered_at"), took=_Time("entered_at", "left_at"),
            is_ripe=Case(When(first__lte=ripe, then=1), default=0), passed=Case(When(Exists(gone), then=1), default=0),
        )
        .values("opportunity_id", "step", *(f"kind_{name}" for name in TYPE), "most", "since", "took", "is_ripe", "passed")
    )  # fmt: skip
    return stays


def _counted(side: _Side, *, horizon: Horizon, now: datetime) -> Counted:
    ripe, young = side.ripe("created_at", horizon.deal), Q(created_at__gt=now - timedelta(days=horizon.deal))
    return Counted(
        **side.deals.order_by().aggregate(
            compared=Count("pk", filter=ripe),
            moved=Count("pk", filter=~ripe & ~young),
            young=Count("pk", filter=~ripe & young),
        )
    )


def _tally(n: int, total: float | None, squares: float | None) -> Tally:
    return Tally(n, float(total or 0), float(squares or 0))


class _Days(Func):
    """Whole days from one moment's date to another date (UTC); NULL where one of them is."""

    output_field = FloatField()
    arity = 2

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "(julianday(date(%(expressions)s)))"
        return self._reversed().as_sql(compiler, connection, template=template, arg_joiner=")) - julianday(date(")

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "((%(expressions)s)::date)::double precision"
        return self._reversed().as_sql(compiler, connection, template=template, arg_joiner=")::date - (")

    def _reversed(self) -> _Days:
        first, second = self.get_source_expressions()
        copy = self.copy()
        copy.set_source_expressions([second, first])
        return copy


class _Time(_Days):
    """Days and parts of a day from one moment to another."""

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "(julianday(%(expressions)s))"
        return self._reversed().as_sql(compiler, connection, template=template, arg_joiner=") - julianday(")

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "(EXTRACT(EPOCH FROM (%(expressions)s)) / 86400)::double precision"
        return self._reversed().as_sql(compiler, connection, template=template, arg_joiner=" - ")
