from __future__ import annotations

from collections import Counter
from datetime import date

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.ui.formats import DAYS
from tuoke.base.ui.http import screen, wants_part
from tuoke.base.ui.parts import Tab
from tuoke.insight import queries
from tuoke.insight.queries import Agenda, Found, Some, Whose
from tuoke.spine.customers.models import CHANNEL_NAMES
from tuoke.spine.customers.queries import name_of, reach_of
from tuoke.spine.customers.rules import Channel
from tuoke.spine.followups.models import STEP_NAMES, NextAction
from tuoke.spine.followups.preferences import preferences_of
from tuoke.spine.followups.queries import party_name
from tuoke.spine.followups.words import quick_days
from tuoke.spine.playbook.rules import StepKey
from tuoke.steps.leads.pool_words import recycled_because

LONGEST_QUERY = 80


@require_GET
@needs(Permission.TODAY)
def today(request: StaffRequest) -> HttpResponse:
    """今日 (region ``today``): ``?who=team`` for whoever sees more than his own; who has nothing of his own begins there.

    The page begins with what is to be done; what else waits follows from :func:`beside`. The region, which answers a verb,
    brings both at once, so that nothing moves under the hand.
    """
    who, day = request.principal, timezone.localdate()
    whose, agenda = _agenda(request, day)
    context = {
        "agenda": agenda,
        "approvals": queries.to_approve(who),
        "groups": _groups(agenda, who),
        "preferences": preferences_of(agenda.actions),
        "tabs": _tabs(whose) if queries.may_see_team(who) else [],
        "weekday": DAYS[day.weekday()],
        "quick_days": quick_days(day),
        "may_import": who.may(Permission.LEAD_IMPORT),
        "may_deal": who.may(Permission.DEAL_READ),
        "alone": agenda.is_newcomer and not who.may(Permission.LEAD_IMPORT),
        **_about(who, whose, day),
    }
    if wants_part(request):
        context |= {"is_whole": True, **_desk(who, whose, day)}
    return screen(request, "insight/today.html", context, region="today")


@require_GET
@needs(Permission.TODAY)
def beside(request: StaffRequest) -> HttpResponse:
    """今日, what else waits (region ``beside``): loaded after the page, or opened as one of its own. ``?alone=1`` where
    nothing else stands there."""
    who, day = request.principal, timezone.localdate()
    whose = _asked_for(request) or Whose.MINE
    context = {**_about(who, whose, day), **_desk(who, whose, day), "alone": bool(request.GET.get("alone"))}
    return screen(request, "insight/beside.html", context, region="beside")


@require_GET
@needs(Permission.SEARCH)
def search(request: StaffRequest) -> HttpResponse:
    """One search over customers, contacts, leads and deals; htmx gets the dropdown (region ``found``)."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    is_long_enough = len(query) >= queries.LEAST_QUERY
    found = queries.search(request.principal, query) if is_long_enough else None
    context = {
        "query": query,
        "found": found,
        "leads": _leads(found, request.principal),
        "is_too_short": bool(query) and not is_long_enough,
        "may_write": request.principal.may(Permission.CUSTOMER_WRITE),
    }
    return screen(request, "insight/search.html", context, region="found")


def _agenda(request: StaffRequest, day: date) -> tuple[Whose, Agenda]:
    who, asked = request.principal, _asked_for(request)
    if asked is None and queries.may_see_team(who) and not queries.has_work(who):
        team = queries.agenda_of(who, today=day, whose=Whose.TEAM)
        return (Whose.MINE if team.is_newcomer else Whose.TEAM), team
    whose = asked or Whose.MINE
    return whose, queries.agenda_of(who, today=day, whose=whose)


def _asked_for(request: StaffRequest) -> Whose | None:
    """None where the address doesn't say; whoever sees nobody else's work sees his own."""
    asked = request.GET.get("who", "")
    if asked == Whose.TEAM and queries.may_see_team(request.principal):
        return Whose.TEAM
    return Whose.MINE if asked else None


def _about(who: Principal, whose: Whose, day: date) -> dict[str, object]:
    """What every section of the page asks."""
    return {
        "whose": whose.value,
        "back": "/?who=team" if whose is Whose.TEAM else "/",
        "today": day,
        "may_write": who.may(Permission.FOLLOWUP_WRITE),
    }


def _desk(who: Principal, whose: Whose, day: date) -> dict[str, object]:
    desk = queries.desk_of(who, today=day, now=timezone.now(), whose=whose)
    return {
        "desk": desk,
        "gone": [(one, recycled_because(one.reason) if one.reason.isdigit() else one.reason) for one in desk.gone],
        "leads": [(lead, name_of(lead, who=who)) for lead in desk.untended.leads.rows],
        "stuck": [(deal, _step(deal.step)) for deal in desk.untended.deals.rows],
    }


def _groups(agenda: Agenda, who: Principal) -> list[dict[str, object]]:
    """The four groups of next actions, each line with the names that it shows."""
    groups: list[tuple[str, str, str, Some[NextAction]]] = [
        ("overdue", _("逾期"), "dot-red", agenda.overdue),
        ("due", _("今天"), "dot-orange", agenda.today),
        ("coming", _("未来 7 天"), "dot-blue", agenda.coming),
        ("undated", _("没有期限"), "", agenda.undated),
    ]
    return [
        {
            "key": key,
            "title": title,
            "dot": dot,
            "some": some,
            "ways": _ways(some),
            "lines": [_line(action, who) for action in some.rows],
        }
        for key, title, dot, some in groups
    ]


def _ways(shown: Some[NextAction]) -> list[str]:
    """How many calls, visits … are among them: 电话 3. Only where all are shown."""
    counted = Counter(action.channel for action in shown.rows if action.channel)
    return [] if shown.more else [f"{CHANNEL_NAMES[Channel(way)]} {count}" for way, count in counted.most_common()]


def _line(action: NextAction, who: Principal) -> dict[str, object]:
    deal = action.opportunity
    return {
        "action": action,
        "party": party_name(action.subject, who=who),
        "step": _step(deal.step) if deal else "",
        "url": action.subject.get_absolute_url(),
    }


def _step(key: str) -> str:
    return str(STEP_NAMES[StepKey(key)])


def _leads(found: Found | None, who: Principal) -> list[tuple[object, str, str, str]]:
    """Leads with what may be known of them: what waits in the pool is masked."""
    if found is None:
        return []
    seen = [(lead, reach_of(lead, who=who)) for lead in found.leads.rows]
    return [(lead, name_of(lead, who=who), reach.contact, reach.told(lead.want)) for lead, reach in seen]


def _tabs(whose: Whose) -> list[Tab]:
    return [
        Tab(_("我的"), "/?who=mine", current=whose is Whose.MINE),
        Tab(_("团队"), "/?who=team", current=whose is Whose.TEAM),
    ]
