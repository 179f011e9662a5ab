"""Who reads a proposal without what it costs (P4)."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from tuoke.base.records.actions import record
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.queries import events_of


def test_the_technical_side_reads_the_proposal_and_no_price(proposal, company, login, now):
    deal = proposal.opportunity
    by = company.by("rep")
    deals.join(deal=deal, user=company.collaborator, duty="方案可行性", by=by, now=now)
    record(kind="offers.issued", subject=deal, thread=deal, by=by, at=timezone.now(), facts={"number": 1})
    tech, rep = login("collaborator"), login("rep")
    builder = reverse("proposals:builder", args=[deal.pk])
    room, offer = reverse("offers:deal", args=[deal.pk]), f'href="{reverse("offers:deal", args=[deal.pk])}"'
    assert offer in rep.get(builder).content.decode()
    assert offer not in tech.get(builder).content.decode()
    assert (rep.get(room).status_code, tech.get(room).status_code) == (200, 403)
    told = {who: [e.kind for e in events_of(deal, who=company.by(who))[0]] for who in ("rep", "collaborator")}
    assert "offers.issued" in told["rep"]
    assert "offers.issued" not in told["collaborator"]
