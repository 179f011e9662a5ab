"""What the page of a deal says beside its records: the path, the criteria with their remedies, the verbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.access import may_open
from tuoke.base.accounts.rules import Principal
from tuoke.base.records.models import Event
from tuoke.base.ui.parts import PathStep
from tuoke.spine.deals import hooks, queries, rules
from tuoke.spine.deals.models import OUTCOME_NAMES, Opportunity, Waiver
from tuoke.spine.deals.queries import DealPage
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.deals.words import OUTCOME_TONES, TIER_TONES, place, unmet
from tuoke.spine.playbook.models import Tick
from tuoke.spine.playbook.rules import (
    DEAL_STEPS,
    KINDS,
    ActionDoc,
    Comparison,
    CriterionDoc,
    Finding,
    Judgement,
    ResolvedPlaybook,
    StepDoc,
    StepKey,
    judge,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion as the deal's page shows it."""

    key: str
    text: str
    hint: str
    kind: str  # hard, soft, met, waived
    url: str
    is_tick: bool
    may_be_waived: bool
    tick: Tick | None = None
    waiver: Waiver | None = None
    typed: str = ""


def rows(
    judgement: Judgement,
    *,
    deal: Opportunity,
    process: ResolvedPlaybook,
    who: Principal,
    typed: Mapping[str, str] | None = None,
    ticks: Mapping[str, Tick] | None = None,
    waivers: Mapping[str, Waiver] | None = None,
) -> list[Row]:
    """The required criteria that close the gate, each question once, with what was typed to waive it."""
    findings = {finding.criterion.key: finding for finding in judgement.findings}
    asked = [findings[str(reason.params["criterion"])] for reason in judgement.verdict.reasons]
    return [_row(f, deal=deal, process=process, who=who, typed=typed, ticks=ticks, waivers=waivers) for f in asked]


def of_page(page: DealPage, *, who: Principal, now: datetime) -> dict[str, Any]:
    """What the page of a deal says beside its records: the path, the criteria of the viewed step, the verbs."""
    deal, process, viewed = page.deal, page.process, page.viewed
    is_present = viewed.key == deal.step
    blocking = rows(page.judgement, deal=deal, process=process, who=who, ticks=page.ticks, waivers=page.waivers)
    gate = judge(process.gate(viewed.key), page.facts, ticked=set(page.ticks), waived=set(page.waivers))
    asked = {row.key for row in blocking} if is_present else set()
    own = [
        _row(finding, deal=deal, process=process, who=who, ticks=page.ticks, waivers=page.waivers)
        for finding in gate.findings
        if finding.criterion.key not in asked
    ]
    done = sum(1 for action in viewed.actions if action.key in page.ticks)
    days = queries.days_in(page.visits, viewed.key, now=now)
    standing = deal.standing
    return {
        "path": path_of(page, who=who, now=now),
        "step": viewed,
        "is_present": is_present,
        "may_act": page.may_write and deal.finished_at is None,
        "blocking": blocking,
        "required": [row for row in own if row.kind == "hard"] if not is_present else [],
        "advised": [row for row in own if row.kind == "soft"],
        "passed": [row for row in own if row.kind in {"met", "waived"}],
        "actions_done": done,
        "days": days,
        "is_late": is_present and days > viewed.standard_days,
        "outcome_name": OUTCOME_NAMES[standing.outcome],
        "outcome_tone": OUTCOME_TONES[standing.outcome],
        "tier_tone": TIER_TONES.get(deal.tier, "gray"),
        "may_go_back": bool(rules.may_move_back(standing, process, to=_first(page), reason="-")),
        "urls": {action.key: _place_of(action, deal, who=who) for action in viewed.actions},
        "room": _room(deal, viewed.key, who=who),
        "panels": _panels(page, who=who),
        "missing_people": _missing_people(page),
        "owner_share": _owner_share(page, now=now),
        "standing": standing,
        "is_given_up": standing.is_given_up,
        "may_win": bool(rules.may_win(standing)),
        "sign_url": _sign_url(page.deal),
        "may_change": bool(rules.may_edit(standing)),
        "process_name": process.variant.name,
        "has_joined": any(
            one.user_id == who.user_id and one.is_current(timezone.localdate(now)) for one in page.members
        ),
    }


def _place_of(action: ActionDoc, deal: Opportunity, *, who: Principal) -> str:
    """Where a key action is done; empty where he may not go."""
    found = hooks.action_places.get(action.key)
    return _opened(found(deal), who) if found else ""


def _room(deal: Opportunity, step: StepKey, *, who: Principal) -> str:
    """Where the step is worked on: its first room, or the first of its rooms that is open to him."""
    first = _opened(hooks.step_rooms[step](deal), who) if step in hooks.step_rooms else ""
    open_to_him = [room for room in hooks.rooms.get(step, ()) if who.may(room.permission)]
    return first or (reverse(open_to_him[0].url_name, args=[deal.pk]) if open_to_him else "")


def _opened(url: str, who: Principal) -> str:
    return url if url and may_open(who, url) else ""


def _sign_url(deal: Opportunity) -> str:
    """Where the contract is signed with which the deal is won; empty where nothing is against winning it as it is."""
    to_sign = hooks.fix_places.get("outcome_won")
    if to_sign is None or not rules.may_win(deal.standing) or queries.against_winning(deal):
        return ""
    return to_sign(deal)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline: an event, or several ticks of one person in a row with their ``titles``."""

    event: Event
    titles: tuple[str, ...] = ()


TICKED, UNTICKED = "playbook.ticked", "playbook.unticked"


@dataclass(frozen=True, slots=True)
class RoomLine:
    """One room of a step with how far it is."""

    title: StrOrPromise
    url: str
    state: hooks.RoomState | None


def rooms_of(deal: Opportunity, step: str, *, who: Principal, today: date) -> list[RoomLine]:
    """The rooms of a step that this person may open. Each is asked once."""
    return [
        RoomLine(room.title, reverse(room.url_name, args=[deal.pk]), _asked(room, deal, who=who, today=today))
        for room in hooks.rooms.get(step, ())
        if who.may(room.permission)
    ]


def _asked(room: hooks.Room, deal: Opportunity, *, who: Principal, today: date) -> hooks.RoomState | None:
    return room.state_of(who, deal, today) if room.state_of else None


def entries(events: Sequence[Event], *, process: ResolvedPlaybook) -> list[Entry]:
    """The timeline, newest first, with ticks that were set together told as one."""
    titles = {item.key: item.title for step in process.doc.steps for item in _items(step)}
    titles |= {item.key: item.title for step in process.steps for item in _items(step)}
    told: list[Entry] = []
    for event in events:
        if event.kind not in {TICKED, UNTICKED}:
            told.append(Entry(event))
            continue
        item = str(event.facts.get("item", ""))
        said, last = titles.get(item, item), told[-1] if told else None
        if last and last.titles and _same_sitting(last.event, event):
            told[-1] = Entry(last.event, (said, *last.titles))
        else:
            told.append(Entry(event, (said,)))
    return told


def _items(step: StepDoc) -> list[ActionDoc | CriterionDoc]:
    return [*step.actions, *step.criteria]


def _same_sitting(later: Event, earlier: Event) -> bool:
    same = (later.kind, later.actor_id) == (earlier.kind, earlier.actor_id)
    return same and later.at - earlier.at < timedelta(hours=1)


def places(deal: Opportunity, process: ResolvedPlaybook) -> dict[str, Any]:
    """Where a card may be asked to go: the steps of its process, and won where it can be signed."""
    steps = [(step.key.value, step.name) for step in process.steps if step.key in DEAL_STEPS]
    if rules.may_win(deal.standing) & queries.against_winning(deal):
        steps.append((Outcome.WON.value, str(OUTCOME_NAMES[Outcome.WON])))
    return {"choices": steps, "present": deal.step, "following": rules.next_step(deal.standing, process)}


def path_of(page: DealPage, *, who: Principal, now: datetime) -> list[PathStep]:
    """The eight steps: which are done, which isn't part of this process, how long each took."""
    deal, process = page.deal, page.process
    present = process.index(deal.step)
    visited = {visit.step for visit in page.visits}
    steps = []
    for step in process.doc.steps:
        days = queries.days_in(page.visits, step.key, now=now)
        if step.key not in process and step.key in DEAL_STEPS:
            state, said = "skipped", gettext("本流程不含")
        elif step.key not in DEAL_STEPS:
            state, said = "done", ""
        elif step.key == deal.step and not deal.finished_at:
            standard = process.step(step.key).standard_days
            state, said = (
                "current",
                gettext("第 %(days)s 天 / 标准 %(standard)s") % {"days": days, "standard": standard},
            )
        elif process.index(step.key) <= present:
            is_passed = step.key in visited
            state = "done" if is_passed else "skipped"
            said = gettext("用了 %(days)s 天") % {"days": days} if is_passed else gettext("没有经过")
        else:
            state, said = "todo", gettext("标准 %(days)s 天") % {"days": process.step(step.key).standard_days}
        late = step.key == deal.step and state == "current" and days > process.step(step.key).standard_days
        steps.append(PathStep(step.number, step.name, state, said, _step_url(page, step.key, who=who), late))
    return steps


def _row(
    finding: Finding,
    *,
    deal: Opportunity,
    process: ResolvedPlaybook,
    who: Principal,
    typed: Mapping[str, str] | None = None,
    ticks: Mapping[str, Tick] | None = None,
    waivers: Mapping[str, Waiver] | None = None,
) -> Row:
    criterion, reason = finding.criterion, finding.reason
    kind = "met" if finding.met else "waived" if finding.waived else "hard" if criterion.required else "soft"
    return Row(
        key=criterion.key,
        text=criterion.title if finding.met else unmet(reason, process=process, present=deal.step),
        hint=criterion.hint,
        kind=kind,
        url="" if finding.met else _opened(place(reason, deal=deal), who),
        is_tick=KINDS[criterion.kind].comparison is Comparison.TICKED,
        may_be_waived=criterion.required and criterion.kind not in rules.NEVER_WAIVED,
        tick=(ticks or {}).get(criterion.key),
        waiver=(waivers or {}).get(criterion.key),
        typed=(typed or {}).get(criterion.key, ""),
    )


def _first(page: DealPage) -> str:
    """The nearest step to go back to."""
    earlier = rules.earlier_steps(page.deal.standing, page.process)
    return earlier[0] if earlier else ""


def _panels(page: DealPage, *, who: Principal) -> dict[str, list[tuple[hooks.Panel, str]]]:
    found: dict[str, list[tuple[hooks.Panel, str]]] = {"record": [], "now": [], "side": [], "people": []}
    for panel in hooks.panels:
        is_for_him = panel.permission is None or who.may(panel.permission)
        if is_for_him and (not panel.steps or page.viewed.key in panel.steps):
            url = reverse(panel.url_name, args=[page.deal.pk])
            seen = f"{url}?step={page.viewed.key}" if panel.of_step else url
            found.setdefault(panel.column, []).append((panel, seen))
    return found


def _owner_share(page: DealPage, *, now: datetime) -> int | None:
    """What co-owners leave the owner of the credit: of the day it was signed, or of today. None: it is all his."""
    day = page.deal.outcome_on or timezone.localdate(now)
    shares = [member.share for member in page.members if member.share and member.is_current(day)]
    return 100 - sum(shares) if shares else None


def _missing_people(page: DealPage) -> list[str]:
    missing = []
    if not page.facts.get("decision_maker_known"):
        missing.append(gettext("决策人"))
    if not page.facts.get("contact_reachable"):
        missing.append(gettext("可用的联系方式"))
    return missing


def _step_url(page: DealPage, step: StepKey, *, who: Principal) -> str:
    if step in DEAL_STEPS:
        if step not in page.process:
            return ""
        base = page.deal.get_absolute_url()
        return base if step == page.deal.step else f"{base}?step={step}"
    if step is StepKey.LEADS and page.deal.lead is not None:
        return _opened(page.deal.lead.get_absolute_url(), who)
    return _opened(reverse("playbook:step", args=[step]), who)
