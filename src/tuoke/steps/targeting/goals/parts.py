"""The goals' line on a campaign's page: how far they are broken down, and the way to them."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.goals import words
from tuoke.steps.targeting.goals.facts import lacks
from tuoke.steps.targeting.goals.models import Goal
from tuoke.steps.targeting.hooks import Part

KIND = "goals_broken_down"


def parts_of(campaign: Campaign, who: Principal, today: date) -> list[Part]:
    found = lacks(campaign)
    whole = [metric for metric, reasons in found.items() if not reasons]
    missing = [words.lacking(metric, reason) for metric, reasons in found.items() for reason in reasons]
    if not found:
        state, text = "missing", _("还没有设目标")
    elif whole:
        names = "、".join(words.metric_name(metric) for metric in whole)
        state, text = "done", _("已拆到人：%(names)s") % {"names": names}
    else:
        more = _("，另有 %(more)s 处") % {"more": len(missing) - 1} if len(missing) > 1 else ""
        state, text = "begun", missing[0] + more
    url = _address(campaign) if who.may(Permission.GOAL_READ) else ""
    return [Part(key="goals", title=_("目标拆解"), state=state, text=text, url=url, kinds=(KIND,))]


def _address(campaign: Campaign) -> str:
    """To the campaign's own goals in the year in which it begins; where only general ones exist, to those."""
    own = Goal.objects.standing().filter(campaign=campaign).order_by("year", "pk").first()
    general = Goal.objects.standing().filter(campaign=None, year=campaign.starts_on.year).order_by("pk").first()
    shown = own or general
    query = {"period": str(shown.year if shown else campaign.starts_on.year)}
    query |= {"metric": shown.metric} if shown else {}
    query |= {"campaign": str(campaign.pk)} if own or not general else {}
    return f"{reverse('goals:index')}?{urlencode(query)}"
