"""Step 4 of the demo's story: what each customer needs, from what was heard in the first call to his signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.doors.cli.demo.calling import matters
from tuoke.services.links.actions import note_visit
from tuoke.services.links.models import Link
from tuoke.services.links.queries import holder_of
from tuoke.spine.customers.models import Contact
from tuoke.spine.customers.rules import DecisionRole
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery import actions as discovery
from tuoke.steps.discovery.actions import confirmations
from tuoke.steps.discovery.models import Confirmation, Need
from tuoke.steps.discovery.rules import Manner, NeedDraft, NeedKind, Priority, SendDraft

KINDS = (
    (NeedKind.RIGID, Priority.HIGH),
    (NeedKind.ELASTIC, Priority.MEDIUM),
    (NeedKind.LATENT, Priority.LOW),
)
THERE = {"where": "203.0.113.24", "agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/604.1"}
"""Whence the demo's customers open their pages: an address that is nobody's."""
_matters = cache(matters)


def list_needs(deal: Opportunity, *, by: Principal, at: datetime, more: bool = False) -> None:
    """What was heard in the first call is taken into the list; the rest comes out of the talks of this step.

    Where there is a list already it is left alone, unless ``more`` is wanted.
    """
    if not more and Need.objects.listed().filter(customer=deal.customer).exists():
        return
    drafts = list(Need.objects.drafts().filter(opportunity=deal).order_by("pk"))
    for wanted in _wanted(deal):
        heard = next((draft for draft in drafts if draft.description == wanted.description), None)
        if heard is None:
            discovery.add_need(deal=deal, draft=wanted, by=by, now=at)
            continue
        said = replace(wanted, said_by_customer=True)
        need = discovery.take_draft(need=heard, version=heard.version, draft=said, by=by, now=at)
        for draft in drafts:
            if draft is not heard:
                discovery.merge_draft(need=draft, version=draft.version, into=need, by=by, now=at)


def confirm_at_the_table(deal: Opportunity, *, by: Principal, at: datetime) -> None:
    """Rigid and elastic needs, in a meeting; what he doesn't see himself yet isn't his to confirm."""
    said = Need.objects.listed().filter(customer=deal.customer, confirmed_on=None).exclude(kind=NeedKind.LATENT)
    for need in said:
        day = timezone.localdate(at)
        discovery.confirm_need(need=need, version=need.version, on=day, how=Manner.MEETING, by=by, now=at)


def send(deal: Opportunity, *, by: Principal, at: datetime, challenge: bool = False) -> Confirmation:
    """The list goes to whoever decides, for two weeks."""
    people = Contact.objects.filter(customer=deal.customer, do_not_contact=False)
    person = people.filter(role=DecisionRole.DECIDER).first() or people[0]
    draft = SendDraft(
        person.pk,
        timezone.localdate(at) + timedelta(days=14),
        challenge=challenge,
        message="这是上次访谈整理出的需求，请您看看有没有漏的、轻重对不对，有出入直接在页面上改。",
    )
    return discovery.send_list(deal=deal, draft=draft, by=by, now=at)


def look_at(sent: Confirmation, *, at: datetime) -> Mapping[str, Any]:
    """He opens his page; what his verbs take."""
    link = _link(sent)
    note_visit(link=link, ip=THERE["where"], agent=THERE["agent"], now=at)
    return {"link": link, "by": holder_of(link), "now": at, **THERE}


def sign(sent: Confirmation, *, at: datetime) -> None:
    confirmations.customer_confirms(name=sent.recipient, **look_at(sent, at=at))


def change_after(deal: Opportunity, *, by: Principal, at: datetime) -> None:
    """What he confirmed has grown since: it asks for another confirmation."""
    need = Need.objects.listed().filter(opportunity=deal, kind=NeedKind.ELASTIC).first()
    if need is None:
        return
    draft = NeedDraft(
        NeedKind.RIGID,
        f"{need.description}；先覆盖年内新上的两套系统",
        Priority.HIGH,
        pain=need.pain,
        impact=need.impact,
    )
    discovery.edit_need(need=need, version=need.version, draft=draft, by=by, now=at)


def answer_with_words(sent: Confirmation, *, by: Principal, at: datetime) -> None:
    """The customer reads it carefully: puts another need first, comments, calls one wrong, adds one; we answer once."""
    his = look_at(sent, at=at)
    first, *others = (need.need_id for need in sent.sent)
    comment = confirmations.customer_comments(
        need_id=first, text="上线时间请写成两段：一期春节前，二期六月底，我好去报预算。", **his
    )
    confirmations.customer_marks_wrong(need_id=others[0], text="处理人请写到岗位，不要写姓名，人会调动。", **his)
    confirmations.customer_adds(description="离职人员的账号当天停用，去年内审提过。", **his)
    confirmations.customer_comments(need_id=None, text="整体没问题，周四例会我让财务也看一遍。", **his)
    said = "好的，下一版分两期写，周五前发您。"
    discovery.answer_comment(comment=comment, text=said, by=by, now=at + timedelta(hours=2))


def _wanted(deal: Opportunity) -> list[NeedDraft]:
    known = _matters()
    matter = known.get(deal.name) or known["业务系统数据整合"]
    decider = Contact.objects.filter(customer=deal.customer, role=DecisionRole.DECIDER).values_list("pk", flat=True)
    return [
        NeedDraft(kind, description, priority, contact_id=decider.first(), pain=pain, impact=impact)
        for (kind, priority), (description, pain, impact) in zip(KINDS, matter["needs"], strict=True)
    ]


def _link(sent: Confirmation) -> Link:
    assert sent.link is not None
    return sent.link
