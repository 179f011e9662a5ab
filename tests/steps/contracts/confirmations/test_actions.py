"""Confirming: what is kept, what stands after a clause was changed, who may not (S7.1)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.spine.followups.cases import a_contact, lost
from tests.steps.contracts.written import a_clause, reworded
from tuoke.base.accounts.rules import link_holder
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event
from tuoke.services.links.actions import revoke_link
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts import hooks as contract_hooks
from tuoke.steps.contracts.confirmations import actions
from tuoke.steps.contracts.confirmations.models import ClauseConfirmation, Invitation
from tuoke.steps.contracts.confirmations.queries import (
    against_signing,
    board_of,
    may_revoke_link,
    may_see_link,
    shared_contract,
)
from tuoke.steps.contracts.confirmations.rules import InviteDraft, SharedState, ToldDraft
from tuoke.steps.contracts.models import Contract
from tuoke.steps.contracts.queries import latest_version

pytestmark = pytest.mark.django_db
HE = link_holder(name="陈工", reason="link")


@pytest.fixture
def say(invitation, now):
    """He says something through his link, to the version that it shows."""

    def say(verb="agrees", clauses=None, **more):
        version = Invitation.objects.get(pk=invitation.pk).version_id
        common = {"link": invitation.link, "version_id": version, "by": HE, "now": now}
        if verb == "agrees":
            return actions.customer_agrees(clause_ids=clauses, where="10.0.0.1", **common, **more)
        if verb == "change":
            more = {"comment": "太长", "wording": "改成 5 日", "where": ""} | more
            return actions.customer_wants_change(clause_id=clauses, **common, **more)
        return actions.customer_takes_back(clause_id=clauses, **common)

    return say


def keys(contract):
    return list(contract.clauses.values_list("pk", flat=True))


def test_both_sides_confirm_and_nothing_stands_against_signing(contract, invitation, say, by, now):
    version = latest_version(contract)
    assert against_signing(version).codes == ("clauses_unconfirmed_theirs", "clauses_unconfirmed_ours")
    assert against_signing in contract_hooks.against_signing
    assert say(name="陈建国") == 4
    assert say(name="陈建国") == 0  # pressed twice
    assert actions.confirm(contract=contract, version_id=version.pk, clause_ids=None, by=by, now=now) == 4
    assert against_signing(version)
    told = list(Event.objects.filter(kind__startswith="confirmations.").order_by("id").values_list("kind", flat=True))
    assert told == ["confirmations.invited", "confirmations.customer_agreed", "confirmations.confirmed"]
    assert set(Event.objects.filter(kind__startswith="confirmations.").values_list("section", flat=True)) == {
        "contracts"
    }


def test_only_what_was_changed_is_asked_again(contract, invitation, say, by, now):
    say()
    actions.confirm(contract=contract, version_id=latest_version(contract).pk, clause_ids=None, by=by, now=now)
    reworded(contract, "付款", "合同生效后 5 日内付 30%，验收后付 70%。")
    a_clause(contract)
    board = board_of(contract, now=now)
    assert board.is_stale  # what we wrote since isn't a version yet
    assert board.is_settled  # what he read is confirmed
    moved = actions.bring_forward(invitation=invitation, by=by, now=now)
    board = board_of(contract, now=now)
    assert (moved.version.number, board.is_stale) == (2, False)
    assert [row.theirs.stand.value for row in board.rows] == ["agreed", "agreed", "changed", "agreed", "open"]
    assert board.ours == 3
    assert say(clauses=[board.rows[2].clause.clause_id]) == 1
    assert say() == 1  # the new one
    with pytest.raises(Refused) as refusal:
        actions.bring_forward(invitation=invitation, by=by, now=now)
    assert refusal.value.verdict.codes == ("nothing_newer",)


def test_he_wants_a_change_and_takes_it_back(contract, say, by, now):
    payment = keys(contract)[2]
    first = say("change", payment)
    assert say("change", payment) == first  # the same words again
    assert say() == 3  # all but what he wants otherwise
    board = board_of(contract, now=now)
    assert (board.theirs, board.changes) == (3, 1)
    assert board.rows[2].theirs.said[0].wording == "改成 5 日"
    assert against_signing(board.version).codes[0] == "clause_change_wanted_theirs"
    with pytest.raises(Refused) as refusal:
        actions.take_back(confirmation=first, by=by, now=now)
    assert refusal.value.verdict.codes == ("not_ours",)
    assert say("back", payment) == 1
    assert say("back", payment) == 0
    assert say() == 1
    assert board_of(contract, now=now).theirs == 4


def test_our_own_wish_and_what_he_told_us(contract, invitation, contact, by, now):
    version, first = latest_version(contract), keys(contract)[0]
    wish = actions.want_change(
        contract=contract, version_id=version.pk, clause_id=first, comment="账号只能 2 个", by=by, now=now
    )
    assert "clause_change_wanted_ours" in against_signing(version).codes
    actions.take_back(confirmation=wish, by=by, now=now)
    draft = ToldDraft(contact.pk, date(2026, 11, 20), "email", tuple(keys(contract)), "邮件回复同意")
    assert actions.note_told(contract=contract, version_id=version.pk, draft=draft, by=by, now=now) == 4
    assert against_signing(version).codes == ("clauses_unconfirmed_ours",)
    row = ClauseConfirmation.objects.filter(origin="told").first()
    assert (row.by_name, row.user_id, row.channel) == ("陈工", by.user_id, "email")


def refused(call, *codes):
    with pytest.raises(Refused) as refusal:
        call()
    assert set(codes) <= set(refusal.value.verdict.codes)


def test_what_is_refused(contract, invitation, contact, company, by, now):
    version = latest_version(contract).pk

    def confirm(**more):
        given = {"contract": contract, "version_id": version, "clause_ids": None, "by": by, "now": now} | more
        return actions.confirm(**given)

    refused(lambda: confirm(version_id=version + 9), "version_superseded")
    refused(lambda: confirm(clause_ids=[999]), "clause_unknown")
    draft = InviteDraft(contact.pk, date(2026, 12, 5))
    refused(lambda: actions.invite(contract=contract, draft=draft, by=by, now=now), "already_invited")
    other = a_contact(a_contact_elsewhere(company))
    told = ToldDraft(other.pk, date(2026, 11, 20), "email", (keys(contract)[0],))
    refused(
        lambda: actions.note_told(contract=contract, version_id=version, draft=told, by=by, now=now),
        "contact_elsewhere",
    )
    elsewhere = InviteDraft(other.pk, date(2026, 12, 5))
    refused(lambda: actions.invite(contract=contract, draft=elsewhere, by=by, now=now), "contact_elsewhere")
    for stranger in ("other_team", "auditor", "collaborator"):
        with pytest.raises(Opportunity.DoesNotExist):
            confirm(by=company.by(stranger))
    lost(contract.opportunity)
    refused(confirm, "deal_closed")


def a_contact_elsewhere(company):
    from tests.spine.followups.cases import a_customer

    return a_customer(company.rep, name="别家公司")


def test_a_link_says_kindly_why_it_asks_for_nothing(contract, invitation, contact, say, by, now):
    assert shared_contract(invitation.link).state is SharedState.OPEN
    reworded(contract, "付款", "另一种写法，10 日。")
    actions.prepare(contract=contract, by=by, now=now)
    assert shared_contract(invitation.link).state is SharedState.SUPERSEDED
    refused(say, "version_superseded")
    actions.bring_forward(invitation=invitation, by=by, now=now)
    Contact.objects.filter(pk=contact.pk).update(do_not_contact=True, do_not_contact_since=date(2026, 11, 1))
    assert shared_contract(invitation.link).state is SharedState.GONE
    refused(say, "contact_gone")
    Contract.objects.filter(pk=contract.pk).update(state="withdrawn")
    assert shared_contract(invitation.link).state is SharedState.CLOSED
    refused(say, "contract_ended")


def test_a_revoked_link_takes_no_answer(invitation, say, by, now):
    revoke_link(link=invitation.link, by=by, now=now)
    refused(say, "link_dead")


def test_who_sees_a_link(company, invitation):
    subject = f"confirmations.invitation:{invitation.pk}"
    assert may_see_link(company.by("auditor"), subject)
    assert not may_revoke_link(company.by("auditor"), subject)
    assert may_revoke_link(company.by("team_lead"), subject)
    assert not may_see_link(company.by("other_team"), subject)
    assert not may_see_link(company.by("rep"), "confirmations.invitation:²")
