"""What was said with a customer, for the access test's world: library, background, calls, mails, interviews, decisions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.services.calendar.actions import renew_feed
from tuoke.services.calendar.feeds import token_of
from tuoke.services.links.queries import token_of as link_token
from tuoke.services.notifications.models import Mail, Notice
from tuoke.services.notifications.rules import MailState
from tuoke.spine.catalog.rules import Segment
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.deals.actions import open_deal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp
from tuoke.spine.library.actions import add_item
from tuoke.spine.library.rules import ItemDraft, ItemKind, ScriptContent
from tuoke.steps.discovery.actions import send_list
from tuoke.steps.discovery.decisions.models import PurchaseCriterion, Stance
from tuoke.steps.discovery.interviews.models import Answer, Outline, OutlineQuestion
from tuoke.steps.discovery.models import Need, NeedComment
from tuoke.steps.discovery.rules import SendDraft
from tuoke.steps.outreach.calls.models import Call
from tuoke.steps.outreach.models import BackgroundEvent


def of_services(company: Any, now: Any) -> dict[str, Any]:
    rep = company.rep
    notice = Notice.objects.create(user=rep, kind="test", text="客户确认了", url="/", at=now)
    mail = Mail.objects.create(
        sender=rep, state=MailState.FAILED.value, to=["a@example.com"], subject="资料", text="见附件",
        message_id="<1@example.com>", created_at=now,
    )  # fmt: skip
    feed = renew_feed(by=company.by("rep"), now=now)
    return {
        "calendar.token": token_of(feed),
        "notifications.pk": mail.pk,
        "notifications:read.pk": notice.pk,
        "company_logo.digest": "0" * 16,
        **of_library(company, now),
    }


def of_library(company: Any, now: Any) -> dict[str, Any]:
    content = ScriptContent(who=("我是王芳",), what=("少对四天账",), learn=("现在怎么对账",))
    item = add_item(
        kind=ItemKind.SCRIPT, draft=ItemDraft(content, title="首次通话"), by=company.by("team_lead"), now=now
    )
    return {
        "library.pk": item.pk, "library.kind": "script", "library.number": 1, "library.ending": "docx",
        "library:export_scripts.ending": "xlsx",
    }  # fmt: skip


def of_step_three(company: Any, now: Any, *, lead: Lead, customer: Customer, deal: Opportunity) -> dict[str, Any]:
    event = BackgroundEvent.objects.create(
        customer=customer, kind="funding", happened_on=now.date(), title="完成融资", created_at=now
    )
    said = FollowUp.objects.create(
        opportunity=deal,
        at=now,
        channels=["phone"],
        outcome="progress",
        summary="首次通话",
        by=company.rep,
        created_at=now,
    )
    call = Call.objects.create(follow_up=said, by=company.rep, reached="reached", started_at=now)
    subjects = {"lead": lead.pk, "customer": customer.pk, "deal": deal.pk}
    return {
        **{f"{room}:{kind}.pk": pk for room in ("outreach", "calls", "mails") for kind, pk in subjects.items()},
        **{f"outreach:panel_{kind}.pk": pk for kind, pk in subjects.items()},
        **{f"outreach:{verb}.{key}": value for verb in ("add", "export") for key, value in (("kind", "deal"), ("pk", deal.pk))},
        "outreach.sort": "event",
        "outreach.pk": event.pk,
        "outreach.form": "docx",
        "calls.pk": call.pk,
        "followups:entry.pk": deal.next_actions.get().pk,
    }  # fmt: skip


def of_step_four(company: Any, now: Any, *, deal: Opportunity, contact: Contact, need: Need) -> dict[str, Any]:
    by = company.by("rep")
    draft = SendDraft(contact_id=contact.pk, expires_on=timezone.localdate(now) + timedelta(days=7))
    sent = send_list(deal=deal, draft=draft, by=by, now=now)
    comment = NeedComment.objects.create(
        confirmation=sent, need=need, kind="comment", text="先做这个", by_name="王经理", at=now
    )
    assert sent.link is not None
    pages = ("order", "send", "export_as")
    return {
        **{f"discovery:{name}.pk": deal.pk for name in pages},
        **{f"discovery:{name}.pk": sent.pk for name in ("version", "resend")},
        "discovery:customer.pk": deal.customer_id,
        "discovery:answer.pk": comment.pk,
        "discovery.kind": "docx",
        "links.public_id": sent.link.public_id,
        "portal.token": link_token(sent.link),
        "portal.kind": "docx",
        **_interviews(company, now, deal=deal),
        **_decisions(company, now, by=by, deal=deal, contact=contact),
    }


def _interviews(company: Any, now: Any, *, deal: Opportunity) -> dict[str, Any]:
    outline = Outline.objects.create(
        opportunity=deal, title="第一次访谈", state="planned", begun_at=now, created_at=now, created_by=company.rep
    )
    question = OutlineQuestion.objects.create(outline=outline, dimension="status", text="现在怎么对账？")
    answer = Answer.objects.create(question=question, by=company.rep, text="三张表", dimension="status", at=now)
    of_deal = ("deal", "panel", "scenes", "new")
    of_question = ("edit_question", "move_question", "remove_question", "restore_question", "share_question", "answer")
    of_answer = ("correct", "remove_answer", "restore_answer", "take_need")
    return {
        "interviews.pk": outline.pk,
        "interviews.kind": "docx",
        **{f"interviews:{name}.pk": deal.pk for name in of_deal},
        **{f"interviews:{name}.pk": question.pk for name in of_question},
        **{f"interviews:{name}.pk": answer.pk for name in of_answer},
    }


def _decisions(company: Any, now: Any, *, by: Principal, deal: Opportunity, contact: Contact) -> dict[str, Any]:
    Stance.objects.create(opportunity=deal, contact=contact, created_at=now)
    criterion = PurchaseCriterion.objects.create(opportunity=deal, text="上线快", created_at=now)
    earlier = open_deal(
        customer=deal.customer, lead=None, name="一期", owner=company.rep, amount=Decimal(1), expected_close_on=None,
        product=None, segment=Segment(), is_complex=False, by=by, now=now - timedelta(days=300),
    )  # fmt: skip
    known = Need.objects.create(
        customer=deal.customer,
        opportunity=earlier,
        kind="rigid",
        description="一期的事",
        priority="high",
        created_at=now,
    )
    verbs = ("criterion_edit", "criterion_move", "criterion_withdraw", "criterion_restore")
    return {
        "decisions.pk": deal.pk,
        "decisions.contact": contact.pk,
        "decisions.role": "decider",
        "decisions.kind": "need",
        "decisions.ref": known.pk,
        "decisions:export.kind": "docx",
        **{f"decisions:{verb}.pk": criterion.pk for verb in verbs},
    }
