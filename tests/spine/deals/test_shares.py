"""协同负责人: two owners share a deal and its credit by percentage."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.queries import timeline_of
from tuoke.spine.deals import actions
from tuoke.spine.deals.facts import facts_of
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.spine.deals.queries import shared_with

TODAY = date(2026, 11, 23)


@pytest.fixture
def share(deal, company, now):
    def shared(percent=30, *, user=None, by="rep", of=None, **more):
        return actions.share_credit(
            deal=of or deal, user=user or company.other_team, share=percent, by=company.by(by), now=now, **more
        )

    return shared


def codes(refusal):
    return [reason.code for reason in refusal.value.verdict.reasons]


def may(company, who, deal, action):
    return Opportunity.objects.visible_to(company.by(who), action).filter(pk=deal.pk).exists()


def test_a_co_owner_writes_the_deal_while_it_lasts_and_gives_nothing_away(share, deal, company, now):
    assert not facts_of(deal)["co_owner_set"]
    member = share(30, duty="当地拜访")
    assert (member.share, member.department) == (30, company.other_team.department)
    assert facts_of(deal)["co_owner_set"]
    assert may(company, "other_team", deal, "write")
    assert not may(company, "other_team", deal, "own")
    by = company.by("other_team")
    with pytest.raises(Refused) as refusal:
        share(60, by="other_team")
    assert codes(refusal) == ["not_yours_to_give"]
    with pytest.raises(Refused) as refusal:
        actions.transfer(deal=deal, owner=company.other_team, by=by, now=now)
    assert codes(refusal) == ["not_yours_to_give"]
    with pytest.raises(Refused) as refusal:
        actions.leave(deal=deal, user=company.other_team, by=by, now=now)
    assert codes(refusal) == ["not_yours_to_give"]
    actions.leave(deal=deal, user=company.other_team, by=company.by("team_lead"), now=now)
    assert not may(company, "other_team", deal, "read")
    assert not facts_of(deal)["co_owner_set"]


def test_a_colleague_who_only_joined_reads_and_does_not_write(deal, company, now):
    actions.join(deal=deal, user=company.other_team, duty="", by=company.by("rep"), now=now)
    assert may(company, "other_team", deal, "read")
    assert not may(company, "other_team", deal, "write")


def test_the_owner_keeps_at_least_one(share, company):
    share(60)
    with pytest.raises(Refused) as refusal:
        share(40, user=company.teammate)
    assert [(r.code, r.params) for r in refusal.value.verdict.reasons] == [("shares_over", {"limit": 39})]
    share(39, user=company.teammate)
    share(50)  # his own share doesn't count against him
    for percent in (0, 100, -5):
        with pytest.raises(Refused) as refusal:
            share(percent)
        assert codes(refusal) == ["share_out_of_range"]


def test_who_can_be_no_co_owner(share, deal, company):
    for user, code in (
        (company.rep, "owner_is_member"),
        (company.disabled, "owner_inactive"),
        (company.collaborator, "may_not_sell"),
    ):
        with pytest.raises(Refused) as refusal:
            share(user=user)
        assert codes(refusal) == [code]
    with pytest.raises(Refused) as refusal:
        share(starts_on=TODAY, ends_on=TODAY - timedelta(days=1))
    assert codes(refusal) == ["dates_crossed"]


def test_every_change_is_told(share, deal, company, now):
    share(30)
    share(40)
    actions.leave(deal=deal, user=company.other_team, by=company.by("rep"), now=now)
    told = [(event.kind, event.changes) for event in timeline_of(thread=deal)[:3]]
    assert told == [
        ("deals.left", {}),
        ("deals.shared", {"share": [30, 40]}),
        ("deals.shared", {"share": [None, 30]}),
    ]


def test_a_transfer_keeps_co_owners_and_ends_the_share_of_who_becomes_the_owner(share, deal, company, now):
    share(30)
    share(20, user=company.teammate)
    actions.transfer(deal=deal, owner=company.teammate, by=company.by("team_lead"), now=now)
    agreed = Membership.objects.agreed(TODAY).filter(opportunity=deal)
    assert list(agreed.values_list("user_id", "share")) == [(company.other_team.pk, 30)]


def test_what_is_signed_stays_shared_as_it_was(share, deal, walk, company, now):
    share(30)
    deal = walk(deal, "contracts")
    deal = actions.close_won(deal=deal, by=company.by("rep"), now=now)
    with pytest.raises(Refused) as refusal:
        share(50)
    assert codes(refusal) == ["share_settled"]
    with pytest.raises(Refused) as refusal:
        actions.join(deal=deal, user=company.other_team, duty="", by=company.by("rep"), now=now)
    assert codes(refusal) == ["is_co_owner"]
    actions.leave(deal=deal, user=company.other_team, by=company.by("rep"), now=now)
    assert Membership.objects.get().is_current(deal.outcome_on)


def test_a_share_that_ended_is_forgotten_when_he_joins_again(share, deal, company, now):
    share(30)
    with pytest.raises(Refused) as refusal:
        actions.join(deal=deal, user=company.other_team, duty="", by=company.by("rep"), now=now)
    assert codes(refusal) == ["is_co_owner"]
    actions.leave(deal=deal, user=company.other_team, by=company.by("rep"), now=now)
    assert actions.join(deal=deal, user=company.other_team, duty="", by=company.by("rep"), now=now).share is None


def test_a_later_start_is_agreed_but_not_yet_open(share, deal, company, now):
    share(30, starts_on=TODAY + timedelta(days=3))
    assert facts_of(deal)["co_owner_set"]
    assert not may(company, "other_team", deal, "write")
    assert shared_with([deal.pk], now) == {}


def test_page_card_and_form_say_it(login, share, deal, company, now):
    rep, url = login("rep"), reverse("deals:share_credit", args=[deal.pk])
    given = {"user": company.other_team.pk, "share": "30", "duty": "当地拜访"}
    assert rep.post(url, given | {"share": "100"}, headers={"HX-Request": "true"}).status_code == 422
    assert rep.post(url, given).status_code == 302
    page = rep.get(deal.get_absolute_url()).content.decode()
    for said in ("协同负责人", "70%", "30%", "当地拜访"):
        assert said in page
    assert "协同 赵敏 30%" in rep.get(reverse("deals:board")).content.decode()
    assert 'value="30"' in rep.get(f"{url}?user={company.other_team.pk}").content.decode()
    partner = login("other_team")
    assert partner.get(deal.get_absolute_url()).status_code == 200
    assert "由负责人 王芳" in partner.get(url).content.decode()
    assert partner.post(url, given | {"share": "90"}).status_code == 422
    assert login("teammate").get(url).status_code == 404
