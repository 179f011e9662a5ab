"""The resources' line on a campaign's page: what is allocated for its time, or why nothing is needed."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.hooks import Part
from tuoke.steps.targeting.resources.queries import allocated_for, none_needed, owns_or_manages

KIND = "resources_allocated"


def parts_of(campaign: Campaign, who: Principal, today: date) -> list[Part]:
    said, count = none_needed(campaign), allocated_for(campaign)
    index = reverse("resources:index") if who.may(Permission.RESOURCE_READ) else ""
    title = _("资源分配")
    if count:
        text = _("计划期间有 %(count)s 笔分配") % {"count": count}
        return [Part(key="resources", title=title, state="done", text=text, url=index, kinds=(KIND,))]
    statement = reverse("resources:none_needed", args=[campaign.pk]) if owns_or_manages(campaign, who) else ""
    if said is not None:
        text = _("不需要资源：%(reason)s") % {"reason": said.reason}
        return [Part(key="resources", title=title, state="done", text=text, url=statement or index, kinds=(KIND,))]
    text = _("计划期间还没有分配；不需要的话，说明原因即可")
    return [Part(key="resources", title=title, state="missing", text=text, url=statement or index, kinds=(KIND,))]
