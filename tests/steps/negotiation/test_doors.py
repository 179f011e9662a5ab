"""S6.1: who may know a bottom line. The walk over every address is ``tests/attacks/test_bottom_lines.py``."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tuoke.base.accounts.models import RoleHeld
from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import link_holder, system
from tuoke.base.kernel.verdict import Refused
from tuoke.spine.deals.actions import join, share_credit, transfer
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.steps.negotiation import actions, queries
from tuoke.steps.negotiation.models import BottomLine, BottomLineVersion, Insider
from tuoke.steps.negotiation.rules import LineDraft

pytestmark = pytest.mark.django_db
OUTSIDE = ("teammate", "other_team", "process_owner", "collaborator", "auditor", "admin", "disabled")


def sees(who, deal):
    """By every read there is; they must agree."""
    found = {
        queries.may_see_line(who, deal),
        queries.bottom_line_of(who, deal) is not None,
        queries.inside_of(who, deal) is not None,
        BottomLineVersion.objects.visible_to(who).exists(),
    }
    assert len(found) == 1
    return found.pop()


@pytest.fixture
def joined(company, deal, by, now):
    return lambda name, **more: join(deal=deal, user=getattr(company, name), duty="核算", by=by, now=now, **more)


def test_owner_and_managers_alone(company, deal, line):
    assert [name for name in ("rep", "team_lead", "director") if not sees(company.by(name), deal)] == []
    assert [name for name in OUTSIDE if sees(company.by(name), deal)] == []
    assert not sees(system("export"), deal)
    assert not sees(link_holder(name="客户", reason="link"), deal)


def test_a_member_and_a_co_owner_see_it_only_when_named(company, deal, line, joined, by, now):
    joined("collaborator")
    share_credit(deal=deal, user=company.teammate, share=30, by=by, now=now)
    assert Opportunity.objects.visible_to(company.by("teammate"), "write").filter(pk=deal.pk).exists()
    for name in ("collaborator", "teammate"):
        assert not sees(company.by(name), deal)
        named = actions.name_insider(deal=deal, user=getattr(company, name), reason="", by=by, now=now)
        assert sees(company.by(name), deal)
        assert not queries.may_set_line(company.by(name), deal), "naming opens what is read, not what is set"
        actions.remove_insider(insider=named, by=by, now=now)
        assert not sees(company.by(name), deal)
    assert queries.inside_of(by, deal).formerly[0].removed_by == company.rep


def test_the_name_ends_with_the_membership(company, deal, line, joined, by, now):
    joined("collaborator")
    actions.name_insider(deal=deal, user=company.collaborator, reason="", by=by, now=now)
    Membership.objects.update(ends_on=now.date() - timedelta(days=1))
    assert not sees(company.by("collaborator"), deal)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("auditor", "never_named"),
        ("admin", "never_named"),
        ("teammate", "reads_not_deal"),
        ("disabled", "person_inactive"),
        ("team_lead", "already_inside"),
    ],
)
def test_who_cannot_be_named(company, deal, by, now, name, code):
    with pytest.raises(Refused) as refusal:
        actions.name_insider(deal=deal, user=getattr(company, name), reason="", by=by, now=now)
    assert code in refusal.value.verdict.codes


def test_an_auditor_stays_outside_even_where_a_row_names_him(company, deal, line, now):
    Insider.objects.create(opportunity=deal, user=company.auditor, added_at=now)
    assert not sees(company.by("auditor"), deal)
    RoleHeld.objects.create(user=company.auditor, role="rep")
    assert sees(principal_of(company.auditor), deal)


def test_handed_over_the_new_owner_sees_it_and_the_old_one_does_not(company, deal, line, now):
    transfer(deal=deal, owner=company.teammate, by=company.by("team_lead"), now=now)
    deal.refresh_from_db()
    assert sees(company.by("teammate"), deal)
    assert not sees(company.by("rep"), deal)


def test_an_owner_who_may_no_longer_negotiate_is_outside(company, deal, line):
    RoleHeld.objects.filter(user=company.rep).update(role="auditor")
    assert not sees(principal_of(company.rep), deal)


def test_a_read_token_of_the_owner_sees_no_more_than_he(company, deal, line):
    assert sees(company.by("rep").as_token(read_only=True), deal)
    assert not sees(replace(company.by("auditor"), user_id=None), deal)


@pytest.mark.parametrize("name", OUTSIDE)
def test_nobody_outside_sets_it(company, deal, joined, now, name):
    joined("collaborator")
    with pytest.raises(Opportunity.DoesNotExist):
        actions.set_line(deal=deal, version=0, draft=LineDraft(longest_days=3), by=company.by(name), now=now)
    assert not BottomLine.objects.exists()
