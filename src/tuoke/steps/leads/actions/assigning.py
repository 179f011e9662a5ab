"""分配规则 (S2.6): rules are set, and leads of the pool given out by them, all as previewed or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Max

from tuoke.base.accounts.models import Department, User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Conflict, Reason, Refused, Verdict, no
from tuoke.base.records.actions import changes_between, event_of, record, record_many
from tuoke.base.records.bulk import insert
from tuoke.spine.customers.actions import tell_given
from tuoke.spine.customers.models import Holding, Lead, LeadQuerySet
from tuoke.spine.customers.rules import Handling
from tuoke.steps.leads.models import AssignmentRule
from tuoke.steps.leads.queries import clock
from tuoke.steps.leads.queries.assignment import MOST, Assignment, planned_assignment
from tuoke.steps.leads.rules.assignment import MOST_RULES, MOST_VALUES, NAME_LIMIT, RuleKind

CHUNK = 500


class PlanChanged(Refused):
    """The world isn't as it was when the plan was looked at; ``now`` is what would be done now."""

    def __init__(self, now: Assignment) -> None:
        super().__init__(no("plan_changed"))
        self.now = now


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as somebody wants it. ``values``: regions or industries; other kinds take every lead."""

    name: str
    kind: RuleKind
    values: Sequence[str] = ()
    people: Collection[int] = ()
    departments: Collection[int] = ()
    is_active: bool = True


@transaction.atomic
def assign_by_rules(*, leads: LeadQuerySet, token: str, by: Principal, now: datetime) -> Assignment:
    """Give out those of ``leads`` that lie in the pool exactly as ``token`` (``Plan.token``) says, or raise PlanChanged.

    Refused: may_not_assign, nothing_to_assign, too_many_chosen.
    """
    if not by.may(Permission.LEAD_ASSIGN):
        raise Refused(no("may_not_assign"))
    before = planned_assignment(leads, who=by)
    if len(before.plan.given) + len(before.plan.left) > MOST:
        raise Refused(no("too_many_chosen", limit=MOST))
    if before.plan.token != token:
        raise PlanChanged(before)
    if not before.plan.given:
        raise Refused(no("nothing_to_assign"))
    people = _lock(before)
    # Whoever claimed, assigned or changed a rule before the rows were locked has changed the plan.
    found = planned_assignment(leads, who=by)
    if found.plan.token != token:
        raise PlanChanged(found)
    _give(found, people, by=by, now=now)
    for rule, person in found.plan.served.items():
        AssignmentRule.objects.filter(pk=rule).update(last_served_id=person)
    return found


@transaction.atomic
def save_assignment_rule(
    *, rule: AssignmentRule | None, version: int, draft: RuleDraft, by: Principal, now: datetime
) -> AssignmentRule:
    """A new rule (``rule`` None) at the end, or one as it shall be. Raises Conflict; Refused: may_not_set_rules, faults."""
    _require_right(by)
    faults = tuple(_faults(draft))
    if faults:
        raise Refused(Verdict(faults))
    if rule is None:
        if AssignmentRule.objects.count() >= MOST_RULES:
            raise Refused(no("too_many_rules", limit=MOST_RULES))
        last = AssignmentRule.objects.aggregate(last=Max("position"))["last"]
        rule = AssignmentRule(position=0 if last is None else last + 1, version=0)
        before: dict[str, object] = {}
    else:
        rule = AssignmentRule.objects.select_for_update().get(pk=rule.pk)
        if rule.version != version:
            raise Conflict(rule)
        before = _said(rule)
    rule.name, rule.kind, rule.is_active = draft.name.strip(), draft.kind.value, draft.is_active
    rule.values = [value.strip() for value in draft.values if value.strip()]
    rule.version += 1
    rule.save()
    rule.people.set(draft.people)
    rule.departments.set(draft.departments)
    after = _said(rule)
    changes = changes_between(before=before or dict.fromkeys(after), after=after)
    if changes:
        _record("leads.assignment_rule_saved", rule, by=by, now=now, changes=changes)
    return rule


@transaction.atomic
def move_assignment_rule(*, rule: AssignmentRule, up: int, by: Principal, now: datetime) -> None:
    """So many places up (negative: down); as far as there are places."""
    _require_right(by)
    rules = list(AssignmentRule.objects.select_for_update().order_by("position", "id"))
    ordered = [one for one in rules if one.pk != rule.pk]
    place = next((n for n, one in enumerate(rules) if one.pk == rule.pk), None)
    if place is None:
        raise AssignmentRule.DoesNotExist
    ordered.insert(max(0, min(len(ordered), place - up)), rules[place])
    for position, one in enumerate(ordered):
        if one.position != position:
            AssignmentRule.objects.filter(pk=one.pk).update(position=position)
    if ordered != rules:
        _record("leads.assignment_rules_ordered", rules[place], by=by, now=now)


@transaction.atomic
def remove_assignment_rule(*, rule: AssignmentRule, by: Principal, now: datetime) -> None:
    _require_right(by)
    rule = AssignmentRule.objects.select_for_update().get(pk=rule.pk)
    said = {name: (value, None) for name, value in _said(rule).items()}
    record(
        kind="leads.assignment_rule_removed", subject=rule, thread=ALL, by=by, at=now,
        changes=said, facts={"name": rule.name},
    )  # fmt: skip
    rule.delete()


ALL = "leads.assignmentrule:all"
"""The thread of all rules' history."""


def _lock(found: Assignment) -> dict[int, User]:
    """First the people (their limits), then the leads, each in order: whoever else locks them does it so."""
    wanted = sorted({given.person for given in found.plan.given})
    users = User.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    people = {user.pk: user for user in users}
    ids = sorted(given.item for given in found.plan.given)
    for part in _parts(ids):
        list(Lead.objects.select_for_update().filter(pk__in=part).order_by("pk").values_list("pk"))
    return people


def _give(found: Assignment, people: dict[int, User], *, by: Principal, now: datetime) -> None:
    """Few sets of columns are many leads': one update each, then log and history in bulk."""
    to = {given.item: people[given.person] for given in found.plan.given}
    names = {rule.pk: rule.name for rule, _count in found.by_rule}
    rules = {given.item: names[given.rule] for given in found.plan.given}
    dates, log, events = clock(), [], []
    alike: dict[tuple[int, date | None, date | None], list[int]] = defaultdict(list)
    for lead, tier, last_touch_at in (row for part in _parts(sorted(to)) for row in _facts_of(part)):
        owner = to[lead]
        due = dates.columns(tier=tier, owner_id=owner.pk, owned_since=now, last_touch_at=last_touch_at)
        alike[owner.pk, due["due_on"], due["recycle_on"]].append(lead)
        log.append(Holding(lead_id=lead, how=Handling.ASSIGNED.value, user_id=owner.pk, at=now))
        key = f"{Lead._meta.label_lower}:{lead}"
        events.append(
            event_of(
                kind="leads.assigned", subject=key, thread=key, party=key, by=by, at=now,
                changes={"owner": ("", owner.name)}, facts={"rule": rules[lead]},
            )
        )  # fmt: skip
    for (owner_id, due_on, recycle_on), ids in alike.items():
        department = people[owner_id].department_id
        for part in _parts(ids):
            Lead.objects.filter(pk__in=part).update(
                owner_id=owner_id, department_id=department, owned_since=now, due_on=due_on, recycle_on=recycle_on,
                version=F("version") + 1,
            )  # fmt: skip
    insert(log)
    record_many(events)
    given: dict[int, list[int]] = defaultdict(list)
    for lead, owner in to.items():
        given[owner.pk].append(lead)
    tell_given("lead", given, by=by, now=now)


def _facts_of(leads: Sequence[int]) -> Iterator[tuple[int, str, datetime | None]]:
    yield from Lead.objects.filter(pk__in=leads).values_list("pk", "tier", "last_touch_at")


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _require_right(by: Principal) -> None:
    if not by.may(Permission.LEAD_RULES):
        raise Refused(no("may_not_set_rules"))


def _faults(draft: RuleDraft) -> Iterator[Reason]:
    if not draft.name.strip():
        yield Reason("blank", {"field": "name"})
    if len(draft.name.strip()) > NAME_LIMIT:
        yield Reason("too_long", {"field": "name", "limit": NAME_LIMIT, "found": len(draft.name.strip())})
    is_narrow = draft.kind in (RuleKind.REGION, RuleKind.INDUSTRY)
    if is_narrow and not any(value.strip() for value in draft.values):
        yield Reason("values_missing", {"field": "values"})
    if len(draft.values) > MOST_VALUES:
        yield Reason("too_many_values", {"field": "values", "limit": MOST_VALUES})
    people = User.objects.filter(pk__in=draft.people).count()
    departments = Department.objects.filter(pk__in=draft.departments).count()
    if people != len(set(draft.people)) or departments != len(set(draft.departments)):
        yield Reason("people_unknown", {"field": "people"})
    elif not people and not departments:
        yield Reason("people_missing", {"field": "people"})


def _said(rule: AssignmentRule) -> dict[str, object]:
    """As history tells it."""
    return {
        "name": rule.name,
        "kind": rule.kind,
        "values": "、".join(rule.values),
        "people": "、".join(rule.people.order_by("name").values_list("name", flat=True)),
        "departments": "、".join(rule.departments.order_by("code").values_list("name", flat=True)),
        "is_active": rule.is_active,
    }


def _record(kind: str, rule: AssignmentRule, *, by: Principal, now: datetime, changes: object = None) -> None:
    facts = {"name": rule.name}
    record(kind=kind, subject=rule, thread=ALL, by=by, at=now, changes=changes or {}, facts=facts)  # type: ignore[arg-type]
