"""From asking for it to what the customer read: nothing counts as sent before its papers are there (S5.2, S5.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import docx
import pytest

from tests.spine.followups.cases import a_contact, a_customer, lost
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event
from tuoke.services.approvals.actions import approve
from tuoke.services.links.actions import note_visit, revoke_link
from tuoke.services.links.models import Link
from tuoke.services.links.queries import holder_of
from tuoke.services.notifications.models import Notice
from tuoke.spine.customers.models import Contact
from tuoke.steps.proposals.models import ProposalVersion
from tuoke.steps.proposals.sendings import actions, queries
from tuoke.steps.proposals.sendings.facts import facts_of
from tuoke.steps.proposals.sendings.models import Paper, Remark, Sending
from tuoke.steps.proposals.sendings.queries.shared import state_of

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone) Safari/604.1"


def kinds():
    return list(Event.objects.filter(kind__startswith="sendings.").order_by("id").values_list("kind", flat=True))


class TestSending:
    def test_first_the_papers_then_the_link_then_it_counts_as_sent(self, asked, run, claims_backed, tasks):
        assert (asked.state, asked.link, tasks()) == ("preparing", None, 1)
        claims_backed.refresh_from_db()
        assert claims_backed.state == "draft"
        sent = run(asked)
        claims_backed.refresh_from_db()
        assert (sent.state, claims_backed.state, sent.link.recipient) == ("sent", "sent", "林总")
        papers = {paper.kind: bytes(paper.content) for paper in sent.version.papers.all()}
        assert papers["pdf"].startswith(b"%PDF-")
        words = "\n".join(p.text for p in docx.Document(BytesIO(papers["docx"])).paragraphs)
        assert "订单变更当天到车间" in words
        assert kinds() == ["sendings.begun", "sendings.sent"]
        assert Notice.objects.filter(kind="proposal_sent", user=sent.created_by).exists()

    def test_run_again_and_again_it_happens_once(self, sent, run):
        paper = sent.version.papers.get(kind="pdf")
        run(sent)
        run(sent)
        assert Link.objects.count() == 1
        assert kinds().count("sendings.sent") == 1
        assert sent.version.papers.get(kind="pdf").written_at == paper.written_at

    def test_killed_between_two_papers_the_next_worker_goes_on(self, asked, run, monkeypatch):
        done = Paper.objects.get(version=asked.version, kind="pdf")
        monkeypatch.setattr("tuoke.steps.proposals.sendings.actions.delivering.deliver", lambda pk, now: None)
        run(asked)
        before = Paper.objects.get(pk=done.pk).written_at
        Paper.objects.filter(kind="docx").update(state="working", progress=25, content=None, written_at=None)
        monkeypatch.undo()
        sent = run(asked)
        assert sent.state == "sent"
        assert Paper.objects.get(pk=done.pk).written_at is not None
        assert before is not None

    def test_a_failed_rendering_leaves_nothing_sent_and_can_be_tried_again(self, asked, run, claims_backed, by, now, monkeypatch):  # fmt: skip
        def broken(*_args, **_more):
            raise RuntimeError("no font")

        monkeypatch.setattr("tuoke.steps.proposals.sendings.actions.delivering.write_document", broken)
        failed = run(asked)
        claims_backed.refresh_from_db()
        assert (failed.state, failed.error, failed.link, claims_backed.state) == ("failed", "rendering", None, "draft")
        assert Paper.objects.get(version=failed.version, kind="pdf").error == "RuntimeError: no font"
        assert facts_of(failed.opportunity) == {"proposal_opened": False, "proposal_presented": False}
        monkeypatch.undo()
        assert run(actions.retry(sending=failed, by=by, now=now)).state == "sent"

    def test_what_may_no_longer_go_out_is_told_not_sent(self, asked, run):
        Contact.objects.update(do_not_contact=True, do_not_contact_since=date(2026, 11, 1))
        lost(asked.opportunity)
        failed = run(asked)
        assert (failed.state, failed.error, failed.link) == ("failed", "refused", None)
        assert failed.error_codes == ["deal_closed", "contact_gone"]
        assert Link.objects.count() == 0

    def test_whoever_may_not_write_the_deal_any_more_sends_nothing(self, asked, run, company):
        company.rep.is_active = False
        company.rep.save()
        assert run(asked).error_codes == ["not_yours_any_more"]

    def test_a_lost_task_is_woken_and_given_up_after_the_third_worker(self, asked, now, tasks):
        later = now + timedelta(minutes=11)
        assert actions.wake(now) == 0
        assert actions.wake(later) == 1
        assert actions.wake(later + timedelta(minutes=11)) == 1
        assert tasks() == 3
        actions.wake(later + timedelta(minutes=22))
        asked.refresh_from_db()
        assert (asked.state, asked.error) == ("failed", "lost")

    def test_called_off_nobody_gets_it(self, asked, run, by, now):
        actions.cancel(sending=asked, by=by, now=now)
        assert run(asked).state == "cancelled"
        with pytest.raises(Refused, match="not_failed"):
            actions.retry(sending=asked, by=by, now=now)

    def test_a_newer_version_supersedes_and_the_same_person_is_led_to_it(
        self, sent, run, claims_backed, draft, by, now
    ):
        section = claims_backed.sections.get()
        section.text += "另附培训。"
        section.save()
        newer = run(actions.send(deal=sent.opportunity, draft=draft, by=by, now=now))
        sent.refresh_from_db()
        assert (newer.version.number, sent.superseded_at) == (2, now)
        assert queries.shared_proposal(sent.link).newer.startswith("/p/")
        assert queries.shared_proposal(newer.link).is_open

    def test_the_same_words_tomorrow_are_the_same_version(self, sent, run, draft, by, now, monkeypatch):
        tomorrow = now + timedelta(days=1)
        other = a_contact(sent.opportunity.customer, name="赵工")
        again = actions.send(deal=sent.opportunity, draft=replace(draft, contact_id=other.pk), by=by, now=tomorrow)
        assert ProposalVersion.objects.count() == 1
        run(again)
        sent.refresh_from_db()
        assert sent.superseded_at is None


class TestRefusals:
    def test_every_reason_at_once(self, deal, proposal, draft, by, now):
        stranger = a_contact(a_customer(deal.owner, name="别家"))
        with pytest.raises(Refused) as refused:
            actions.send(
                deal=deal, draft=replace(draft, contact_id=stranger.pk, by_mail=True), by=by, now=now
            )  # fmt: skip
        assert {"claims_uncovered", "contact_elsewhere", "mail_off"} <= set(refused.value.verdict.codes)
        assert Sending.objects.count() == 0
        assert ProposalVersion.objects.count() == 0

    def test_without_a_proposal_or_after_a_loss(self, deal, contact, draft, by, now):
        lost(deal)
        with pytest.raises(Refused) as refused:
            actions.send(deal=deal, draft=draft, by=by, now=now)
        assert refused.value.verdict.codes == ("deal_closed", "nothing_to_send")

    def test_a_manager_agrees_to_exactly_these_sentences(self, deal, proposal, draft, company, by, run, now):
        with pytest.raises(Refused, match="claims_uncovered"):
            actions.send(deal=deal, draft=draft, by=by, now=now)
        request = actions.ask_claims(deal=deal, reason="客户现场量过", by=by, now=now)
        with pytest.raises(Refused, match="already_asked"):
            actions.ask_claims(deal=deal, reason="再来", by=by, now=now)
        assert not actions.may_decide(by, request) or request.requester_id == by.user_id
        lead = company.by("team_lead")
        approve(request=request, version=request.version, reason="", by=lead, now=now)
        assert run(actions.send(deal=deal, draft=draft, by=by, now=now)).state == "sent"
        section = proposal.sections.get()
        section.text += "最多节省 80%。"
        section.save()
        with pytest.raises(Refused, match="claims_uncovered"):
            actions.send(deal=deal, draft=draft, by=by, now=now)


class TestTheCustomer:
    def read(self, sent, now, **seconds):
        actions.customer_reads(link=sent.link, seconds=seconds, by=holder_of(sent.link), now=now)

    def test_reading_adds_up_and_reading_all_of_it_is_told_once(self, sent, now):
        sections = queries.shared_proposal(sent.link).sections
        first, *rest = sections
        self.read(sent, now, **{first: 3, "unknown": 50})
        self.read(sent, now, **{first: 4})
        assert list(sent.readings.values_list("section", "seconds")) == [(first, 7)]
        assert "sendings.read_through" not in kinds()
        self.read(sent, now, **dict.fromkeys(rest, 30))
        self.read(sent, now, **{first: 60})
        assert kinds().count("sendings.read_through") == 1

    def test_a_question_reaches_us_and_the_answer_him(self, sent, by, now):
        section = next(iter(queries.shared_proposal(sent.link).sections))
        holder = holder_of(sent.link)
        ask = {"link": sent.link, "section": section, "text": "车间要不要换设备？", "by": holder, "now": now}
        said = actions.customer_remarks(**ask)
        assert actions.customer_remarks(**ask) == said
        assert Notice.objects.filter(kind="proposal_remarked", user=sent.created_by).count() == 1
        assert queries.open_remarks(by) == [said]
        actions.answer_remark(remark=said, text="不用", by=by, now=now)
        assert queries.shared_proposal(sent.link).said[section][0].answer == "不用"
        assert queries.open_remarks(by) == []
        with pytest.raises(Refused, match="already_answered"):
            actions.customer_takes_back(link=sent.link, remark_id=said.pk, by=holder, now=now)

    def test_nothing_is_taken_by_a_dead_or_superseded_page(self, sent, by, now):
        holder = holder_of(sent.link)
        revoke_link(link=sent.link, by=by, now=now)
        Sending.objects.update(superseded_at=now)
        with pytest.raises(Refused) as refused:
            actions.customer_remarks(link=sent.link, section="", text="在吗", by=holder, now=now)
        assert set(refused.value.verdict.codes) == {"link_dead", "version_superseded"}
        assert Remark.objects.count() == 0

    def test_another_customers_words_are_not_his_to_take_back(self, sent, now):
        with pytest.raises(Remark.DoesNotExist):
            actions.customer_takes_back(link=sent.link, remark_id=99, by=holder_of(sent.link), now=now)


class TestWhatItTells:
    def test_opened_or_shown_in_a_meeting(self, sent, by, now, contact):
        deal = sent.opportunity
        assert facts_of(deal) == {"proposal_opened": False, "proposal_presented": False}
        shown = actions.present(deal=deal, held_on=date(2026, 11, 20), contacts=[contact.pk], by=by, now=now)
        assert facts_of(deal) == {"proposal_opened": False, "proposal_presented": True}
        actions.withdraw_presentation(presentation=shown, by=by, now=now)
        assert not facts_of(deal)["proposal_presented"]
        note_visit(link=sent.link, ip="203.0.113.7", agent=PHONE, now=now)
        assert facts_of(deal) == {"proposal_opened": True, "proposal_presented": True}

    def test_unopened_for_three_days_it_says_so_everywhere(self, sent, by, now):
        deal, later = sent.opportunity, now + timedelta(days=3)
        assert queries.badges_of([deal.pk], now) == {}
        assert str(queries.badges_of([deal.pk], later)[deal.pk][0].text) == "方案 3 天没打开"
        assert [one.days for one in queries.waiting_for_customer(by, later)] == [3]
        assert queries.overview(by, deal, now=later).unopened
        note_visit(link=sent.link, ip="203.0.113.7", agent=PHONE, now=later)
        assert queries.badges_of([deal.pk], later) == {}
        assert queries.waiting_for_customer(by, later) == []

    def test_who_has_left_reads_only(self, sent):
        Contact.objects.update(do_not_contact=True, do_not_contact_since=date(2026, 11, 1))
        assert state_of(Sending.objects.get(pk=sent.pk)).value == "gone"
