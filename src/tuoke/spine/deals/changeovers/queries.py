from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Reason
from tuoke.spine.catalog.rules import Market, Motion, Scale, Segment
from tuoke.spine.deals.changeovers import rules
from tuoke.spine.deals.changeovers.models import Changeover
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import GIVEN_UP, Outcome
from tuoke.spine.playbook.hooks import Use
from tuoke.spine.playbook.models import PlaybookVersion
from tuoke.spine.playbook.rules import StepKey, resolve, variant_for

MOST_NAMED = 100
"""Refused deals that a report names; the numbers are of all."""


def movable(*, sources: Sequence[int]) -> QuerySet[Opportunity]:
    """Deals on these versions that live: running, or signed and still in delivery and review; practice too.

    Of whoever they are: who may publish the process decides for all. What leaves this package of them is numbers.
    """
    return Opportunity.objects.filter(playbook_version__in=sources, finished_at=None).exclude(outcome__in=GIVEN_UP)


_ALIKE = ("playbook_version_id", "market", "scale", "motion", "is_complex", "step", "outcome")


def groups_on(versions: Sequence[int]) -> list[rules.Group]:
    """The movable deals of these versions, counted by what decides where they go. One query, some dozens of rows."""
    counted = movable(sources=versions).values(*_ALIKE).annotate(count=Count("pk")).order_by(*_ALIKE)
    return [
        rules.Group(
            version=row["playbook_version_id"],
            segment=Segment(Market(row["market"]), Scale(row["scale"]), Motion(row["motion"])),
            is_complex=row["is_complex"],
            step=StepKey(row["step"]),
            outcome=Outcome(row["outcome"]),
            count=row["count"],
        )
        for row in counted
    ]


def older_versions(version: PlaybookVersion) -> list[PlaybookVersion]:
    """What deals may come from: every other published or retired version of the playbook, the newest first."""
    others = PlaybookVersion.objects.numbered().filter(playbook_id=version.playbook_id).exclude(pk=version.pk)
    return list(others.defer("content"))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would happen: how many deals each version has, by step; which steps are gone for how many; who would stay."""

    by_version: Mapping[int, int]
    by_step: Mapping[StepKey, int]
    lost: Mapping[StepKey, int]
    staying: Mapping[tuple[str, StepKey], int]

    @property
    def count(self) -> int:
        return sum(self.by_version.values())


def outlook(version: PlaybookVersion, *, sources: Sequence[int], mapped: rules.Mapped) -> Outlook:
    """Looks at every kind of deal there is, and at none of them."""
    doc = version.document()
    by_version: dict[int, int] = {}
    by_step: dict[StepKey, int] = {}
    lost: dict[StepKey, int] = {}
    staying: dict[tuple[str, StepKey], int] = {}
    for group in groups_on(sources):
        by_version[group.version] = by_version.get(group.version, 0) + group.count
        by_step[group.step] = by_step.get(group.step, 0) + group.count
        process = resolve(doc, variant_for(doc, group.segment, is_complex=group.is_complex))
        if group.step not in process:
            lost[group.step] = lost.get(group.step, 0) + group.count
        verdict = rules.landing(group.standing, process, mapped).verdict
        if not verdict:
            why = (verdict.codes[0], group.step)
            staying[why] = staying.get(why, 0) + group.count
    order = list(StepKey)
    in_order = {step: by_step[step] for step in sorted(by_step, key=order.index)}
    return Outlook(by_version, in_order, {step: lost[step] for step in sorted(lost, key=order.index)}, staying)


@dataclass(frozen=True, slots=True)
class Stayed:
    """Deals refused for one reason in one step; those named that the reader may see."""

    reason: Reason
    step: str
    count: int
    deals: tuple[Opportunity, ...]


def report_of(changeover: Changeover, *, who: Principal) -> list[Stayed]:
    """Who stayed and why. A process owner who sees no deals reads the numbers."""
    counted = changeover.refusals.values("code", "step", "params").annotate(count=Count("pk")).order_by("-count")
    refused = changeover.refusals.order_by("id").values_list("opportunity_id", "code", "step")
    seen = Opportunity.objects.visible_to(who).filter(pk__in=changeover.refusals.values("opportunity_id"))
    named = {deal.pk: deal for deal in seen.order_by("pk")[:MOST_NAMED]} if who.may(Permission.DEAL_READ) else {}
    ids = [(pk, code, step) for pk, code, step in refused.filter(opportunity_id__in=named)] if named else []
    return [
        Stayed(
            reason=Reason(row["code"], row["params"]),
            step=row["step"],
            count=row["count"],
            deals=tuple(named[pk] for pk, code, step in ids if (code, step) == (row["code"], row["step"])),
        )
        for row in counted
    ]


def left_behind(version: PlaybookVersion) -> int:
    """How many deals run on other versions of this playbook (wired into ``playbook.hooks``)."""
    versions = PlaybookVersion.objects.filter(playbook_id=version.playbook_id).exclude(pk=version.pk)
    return movable(sources=list(versions.values_list("pk", flat=True))).count()


def uses(who: Principal, versions: Sequence[int]) -> dict[int, Use]:
    """The deals of these versions that ``who`` may see (wired into ``playbook.hooks``). Two queries."""
    if not who.may(Permission.DEAL_READ):
        return {}
    seen = Opportunity.objects.visible_to(who).real().filter(playbook_version__in=versions)
    running = dict(_counted(seen.running()))
    return {pk: Use(running=running.get(pk, 0), all=count) for pk, count in _counted(seen)}


def _counted(deals: QuerySet[Opportunity]) -> list[tuple[int, int]]:
    by_version = deals.order_by().values("playbook_version_id").annotate(count=Count("pk"))
    return list(by_version.values_list("playbook_version_id", "count"))
