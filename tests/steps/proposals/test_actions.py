from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.spine.followups.cases import a_customer, a_deal, lost
from tests.steps.proposals.cases import SAID, a_block, a_case, a_need, an_evidence, version_of
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event, key_of
from tuoke.services.notifications.models import Notice
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library import actions as library
from tuoke.spine.library.rules import CaseContent, ItemDraft, Tags
from tuoke.steps.discovery import actions as discovery
from tuoke.steps.discovery.rules import NeedKind
from tuoke.steps.proposals import actions, facts, queries
from tuoke.steps.proposals.hooks import Part
from tuoke.steps.proposals.models import Proof, Proposal, ProposalVersion, Section
from tuoke.steps.proposals.rules import SectionDraft

NOW = timezone.now()
OWN = "把“三张表各写各的”改为一个交期。"


def draft(title="交期对齐", text=OWN, needs=(), part="solution"):
    return SectionDraft(part, title, text, tuple(needs))


def refused(act, *codes):
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.verdict.codes == codes


def kinds(deal):
    events = Event.objects.filter(thread=key_of(deal), kind__startswith="proposals.").order_by("-id")
    return [event.kind.removeprefix("proposals.") for event in events]


def the_section(proposal):
    return proposal.sections.get()


def readiness(proposal):
    return queries.readiness(queries.current_proposal(proposal.opportunity), today=timezone.localdate())


def test_a_deal_has_one_proposal_until_it_is_withdrawn(deal, proposal, by):
    refused(lambda: actions.begin(deal=deal, title="又一份", by=by, now=NOW), "proposal_exists")
    actions.withdraw(proposal=proposal, version=1, by=by, now=NOW)
    assert queries.current_proposal(deal) is None
    other = actions.begin(deal=deal, title="又一份", by=by, now=NOW)
    refused(lambda: actions.restore(proposal=proposal, by=by, now=NOW), "proposal_exists")
    actions.withdraw(proposal=other, version=1, by=by, now=NOW)
    assert actions.restore(proposal=proposal, by=by, now=NOW).state == "draft"
    assert kinds(deal)[:3] == ["restored", "withdrawn", "begun"]


def test_whoever_may_not_write_the_deal_finds_nothing(deal, proposal, company):
    teammate, auditor = company.by("teammate"), company.by("auditor")
    with pytest.raises(Opportunity.DoesNotExist):
        actions.begin(deal=deal, title="方案", by=teammate, now=NOW)
    for who in (teammate, auditor):
        with pytest.raises(Proposal.DoesNotExist):
            actions.add_section(proposal=proposal, draft=draft(), by=who, now=NOW)
        with pytest.raises(Section.DoesNotExist):
            actions.withdraw_section(section=the_section(proposal), version=1, by=who, now=NOW)


def test_nothing_is_written_into_a_lost_deal_or_a_withdrawn_proposal(deal, proposal, by):
    section = the_section(proposal)
    lost(deal)
    refused(lambda: actions.add_section(proposal=proposal, draft=draft(), by=by, now=NOW), "deal_closed")
    refused(lambda: actions.freeze(proposal=proposal, by=by, now=NOW), "deal_closed")
    Opportunity.objects.update(outcome="open", outcome_on=None)
    actions.withdraw(proposal=proposal, version=1, by=by, now=NOW)
    edit = draft("别的")
    refused(lambda: actions.edit_section(section=section, version=1, draft=edit, by=by, now=NOW), "proposal_withdrawn")


def test_every_reason_against_a_section_at_once(company, playbook, proposal, by):
    elsewhere = a_need(a_deal(company.rep, playbook, customer=a_customer(company.rep, "恒远科技")), by, "别家的需求")
    bad = SectionDraft("nowhere", "", "x" * 8001, (elsewhere.pk,))
    codes = ("part_unknown", "title_missing", "text_too_long", "need_elsewhere")
    refused(lambda: actions.add_section(proposal=proposal, draft=bad, by=by, now=NOW), *codes)


def test_edit_conflicts_and_keeps_links_to_needs_that_were_withdrawn(proposal, need, by):
    section = the_section(proposal)
    actions.edit_section(section=section, version=1, draft=draft("新标题", needs=[need.pk]), by=by, now=NOW)
    with pytest.raises(Conflict):
        actions.edit_section(section=section, version=1, draft=draft("旧的"), by=by, now=NOW)
    discovery.withdraw_need(need=need, version=1, by=by, now=NOW)
    section = actions.edit_section(section=section, version=2, draft=draft("再改", needs=[need.pk]), by=by, now=NOW)
    assert (section.title, section.answers.count()) == ("再改", 1)


def test_sections_are_ordered_within_their_part_and_come_back(proposal, by):
    first = the_section(proposal)
    second, plan = (
        actions.add_section(proposal=proposal, draft=draft(title, part=part), by=by, now=NOW)
        for title, part in (("第二节", "solution"), ("计划", "plan"))
    )
    actions.reorder(proposal=proposal, order=[plan.pk, second.pk, first.pk], by=by, now=NOW)
    sheets = queries.standing(proposal, today=timezone.localdate()).sheets
    assert [sheet.section.pk for sheet in sheets] == [second.pk, first.pk, plan.pk]
    refused(lambda: actions.reorder(proposal=proposal, order=[0], by=by, now=NOW), "order_unknown")
    actions.withdraw_section(section=plan, version=1, by=by, now=NOW)
    assert len(queries.standing(proposal, today=timezone.localdate()).sheets) == 2
    actions.restore_section(section=plan, by=by, now=NOW)
    assert len(queries.standing(proposal, today=timezone.localdate()).sheets) == 3


def test_a_retired_block_is_not_taken(company, proposal, block, by):
    library.retire(item=block, by=company.by("process_owner"), now=NOW)
    source = version_of(block)
    take = lambda: actions.add_section(proposal=proposal, draft=draft(), source=source, by=by, now=NOW)  # noqa: E731
    refused(take, "block_gone")


def test_a_general_section_answers_nothing(deal, proposal, need, block, by):
    actions.withdraw_section(section=the_section(proposal), version=1, by=by, now=NOW)
    text = "销售、计划、车间共用同一个交期，由王芳跟进。"
    section = actions.add_section(
        proposal=proposal, draft=draft(text=text, needs=[need.pk]), source=version_of(block), by=by, now=NOW
    )
    assert [one.section_id for one in readiness(proposal).general] == [section.pk]
    assert not facts.facts_of(deal)["rigid_answered"]
    more = draft(text=text + "每月 240 单都按它走。", needs=[need.pk])
    actions.edit_section(section=section, version=1, draft=more, by=by, now=NOW)
    assert facts.facts_of(deal) == {"rigid_answered": True, "claims_covered": True}


def test_a_deal_without_proposal_answers_nothing(deal):
    assert facts.facts_of(deal) == {"rigid_answered": False, "claims_covered": False}


def test_evidence_covers_a_claim_until_it_no_longer_holds(company, deal, proposal, by):
    section, today = the_section(proposal), timezone.localdate()
    assert [claim.text for _section, claim in readiness(proposal).uncovered] == ["100 小时"]
    weak, enough = (
        an_evidence(company, statement="沟通减少 50 小时/月"),
        an_evidence(company, "实测", valid_until=today),
    )
    for item in (weak, enough):
        proof = actions.attach_proof(section=section, version=version_of(item), by=by, now=NOW)
    refused(lambda: actions.attach_proof(section=section, version=version_of(enough), by=by, now=NOW), "proof_already")
    assert facts.facts_of(deal)["claims_covered"]
    later = queries.readiness(proposal, today=today + timedelta(days=1))
    assert ([claim.text for _section, claim in later.uncovered], later.stale) == (
        ["100 小时"],
        (proof.item_version_id,),
    )
    actions.withdraw_proof(proof=proof, by=by, now=NOW)
    assert not facts.facts_of(deal)["claims_covered"]
    actions.restore_proof(proof=proof, by=by, now=NOW)
    assert facts.facts_of(deal)["claims_covered"]


def test_only_cases_and_evidence_that_hold_prove_anything(company, proposal, block, by):
    section = the_section(proposal)
    refused(lambda: actions.attach_proof(section=section, version=version_of(block), by=by, now=NOW), "proof_unfit")
    gone = an_evidence(company)
    library.retire(item=gone, by=company.by("process_owner"), now=NOW)
    refused(lambda: actions.attach_proof(section=section, version=version_of(gone), by=by, now=NOW), "proof_unfit")


def test_withdrawn_evidence_marks_the_proposal_and_its_versions_and_tells_the_owner(company, deal, proposal, by):
    item = an_evidence(company)
    actions.attach_proof(section=the_section(proposal), version=version_of(item), by=by, now=NOW)
    version = actions.freeze(proposal=proposal, by=by, now=NOW)
    library.retire(item=item, by=company.by("process_owner"), now=NOW)
    assert readiness(proposal).stale == (version.frozen.proofs[0].version_id,)
    assert queries.proofs_of_versions([version]) == {version.pk: [version.frozen.proofs[0].version_id]}
    assert "evidence_lost" in kinds(deal)
    assert Notice.objects.get(user=company.rep).text.startswith(f"“{deal.name}”的方案引用的证据")
    assert [claim.text for claim in queries.frozen_now(proposal, today=timezone.localdate()).uncovered] == ["100 小时"]


def test_renewed_evidence_says_what_the_library_says_now(company, proposal, case, by):
    proof = actions.attach_proof(section=the_section(proposal), version=version_of(case), by=by, now=NOW)
    old = version_of(case)
    content = CaseContent(
        customer="恒远零部件", situation="慢", action="统一", result="快", figures=("省 120 小时/月",)
    )
    owner = company.by("process_owner")
    revised = ItemDraft(title=case.title, content=content, tags=Tags(industry="制造业"))
    library.revise(item=case, version=case.version, draft=revised, by=owner, now=NOW)
    assert queries.standing(proposal, today=timezone.localdate()).sheets[0].backings[0].standing == "replaced"
    new = actions.renew_proof(proof=proof, by=by, now=NOW)
    assert new.item_version_id != old.pk
    assert Proof.objects.standing().get().pk == new.pk


def test_versions_are_frozen_with_the_figures_of_the_other_rooms(proposal, by, monkeypatch):
    figures = {"likely": "180000.00"}
    monkeypatch.setattr("tuoke.steps.proposals.hooks.parts", [Part("value", "价值", lambda _deal: dict(figures))])
    first = actions.freeze(proposal=proposal, note="初稿", by=by, now=NOW)
    assert actions.freeze(proposal=proposal, by=by, now=NOW + timedelta(days=3)) == first
    figures["likely"] = "90000.00"
    second = actions.freeze(proposal=proposal, by=by, now=NOW)
    assert (first.number, second.number) == (1, 2)
    assert first.frozen.parts == {"value": {"likely": "180000.00"}}
    assert [row.need for row in first.frozen.coverage] == [SAID]
    for change in ({"note": "改掉"}, {"content": {}}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProposalVersion.objects.filter(pk=first.pk).update(**change)


def test_an_empty_proposal_makes_no_version(deal, by):
    empty = actions.begin(deal=deal, title="空", by=by, now=NOW)
    refused(
        lambda: actions.freeze(proposal=empty, note="x" * 201, by=by, now=NOW), "note_too_long", "nothing_to_freeze"
    )


def test_what_was_sent_stays_sent_through_withdrawal(proposal, by):
    with transaction.atomic():
        actions.mark_sent(proposal=proposal, by=by, now=NOW)
    actions.withdraw(proposal=proposal, version=2, by=by, now=NOW)
    assert actions.restore(proposal=proposal, by=by, now=NOW).state == "sent"


def test_a_case_that_may_not_be_named_goes_by_its_industry_everywhere(company, proposal, by):
    hidden = a_case(
        company, "恒远零部件换线提速", customer="恒远零部件有限公司", source="恒远零部件有限公司验收单",
        measures=("恒远换线：42 分钟 → 29 分钟",), figures=("恒远零部件省 120 小时/月",),
    )  # fmt: skip
    actions.attach_proof(section=the_section(proposal), version=version_of(hidden), by=by, now=NOW)
    version = actions.freeze(proposal=proposal, by=by, now=NOW)
    (proof,), (row,) = version.frozen.proofs, version.frozen.coverage
    assert (proof.title, row.evidence) == ("某制造业客户换线提速", ("某制造业客户换线提速",))
    assert "恒远零部件" not in str(version.content)


def test_the_customer_reads_of_no_need_that_nothing_answers_unless_it_is_rigid(deal, proposal, by):
    a_need(deal, by, "想要手机看报表", NeedKind.ELASTIC)
    latent = a_need(deal, by, "他还不知道的事", NeedKind.LATENT)
    today = timezone.localdate()
    assert [row.need for row in queries.frozen_now(proposal, today=today).coverage] == [SAID]
    assert len(queries.standing(proposal, today=today).table()) == 3
    situation = queries.proposed_outline(by, deal, today=today)[0]
    assert "他还不知道的事" not in situation.text
    assert latent.pk not in situation.needs


def test_the_first_draft_answers_every_need_with_reasons(company, deal, need, block, by):
    a_need(deal, by, "想要手机看报表", NeedKind.ELASTIC)
    a_block(company, "分三步上线", "先试点一个车间。", "plan", words=(), types=())
    proposed = {one.key: one for one in queries.proposed_outline(by, deal, today=timezone.localdate())}
    assert list(proposed) == ["situation", f"need-{need.pk}", f"need-{need.pk + 1}", "difference", "plan"]
    solving = proposed[f"need-{need.pk}"]
    assert solving.block.item_id == block.pk
    assert "240 单" in solving.text
    assert solving.missing == ("现用方案",)
    assert {"answers_need", "need_words"} <= {reason.code for reason in solving.why}
    assert "〔写明怎么解决〕" in proposed[f"need-{need.pk + 1}"].text


def test_standing_costs_the_same_for_one_and_for_many_sections(company, deal, proposal, by):
    today = timezone.localdate()

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            queries.standing(queries.current_proposal(deal), today=today).table()
        return len(asked)

    actions.attach_proof(section=the_section(proposal), version=version_of(an_evidence(company)), by=by, now=NOW)
    few = cost()
    for number in range(3):
        need = a_need(deal, by, f"第{number}条需求，每月 {number}80 单")
        section = actions.add_section(proposal=proposal, draft=draft(f"第{number}节", needs=[need.pk]), by=by, now=NOW)
        actions.attach_proof(section=section, version=version_of(an_evidence(company, f"证据{number}")), by=by, now=NOW)
    assert cost() == few
