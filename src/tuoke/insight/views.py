from __future__ import annotations

from collections import Counter

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.ui.formats import DAYS
from tuoke.base.ui.http import screen
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
    """今日 (region ``today``): ``?who=team`` for whoever sees more than his own; who has nothing of his own begins there."""
    who, day, asked = request.principal, timezone.localdate(), request.GET.get("who", "")
    may_see_team = queries.may_see_team(who)
    whose = Whose.TEAM if may_see_team and asked == Whose.TEAM else Whose.MINE
    agenda = queries.agenda_of(who, today=day, whose=whose)
    if agenda.is_newcomer and may_see_team and not asked:
        team = queries.agenda_of(who, today=day, whose=Whose.TEAM)
        if not team.is_newcomer:
            whose, agenda = Whose.TEAM, team
    desk = queries.desk_of(who, today=day, now=timezone.now(), whose=whose)
    context = {
        "agenda": agenda,
        "desk": desk,
        "gone": [(one, recycled_because(one.reason) if one.reason.isdigit() else one.reason) for one in desk.gone],
        "groups": _groups(agenda, who),
        "preferences": preferences_of(agenda.actions),
        "whose": whose.value,
        "tabs": _tabs(whose) if may_see_team else [],
        "back": "/?who=team" if whose is Whose.TEAM else "/",
        "today": day,
        "weekday": DAYS[day.weekday()],
        "quick_days": quick_days(day),
        "may_write": who.may(Permission.FOLLOWUP_WRITE),
        "may_import": who.may(Permission.LEAD_IMPORT),
        "may_deal": who.may(Permission.DEAL_READ),
        "leads": [(lead, name_of(lead, who=who)) for lead in agenda.untouched.rows],
        "stuck": [(deal, _step(deal.step)) for deal in agenda.without_next.rows],
    }
    return screen(request, "insight/today.html", context, region="today")


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
