from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from tests.spine.followups.cases import a_customer, a_deal, lost
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions import actions as decisions
from tuoke.steps.discovery.decisions.rules import CriterionDraft, Standing
from tuoke.steps.proposals.rivals import actions, hooks, queries
from tuoke.steps.proposals.rivals.models import Rival
from tuoke.steps.proposals.rivals.parts import freeze
from tuoke.steps.proposals.rivals.rules import RivalDraft, Threat

HTMX = {"HX-Request": "true"}


def to(name, *args):
    return reverse(f"rivals:{name}", args=args)


@pytest.fixture
def deal(company, playbook):
    return a_deal(company.rep, playbook, customer=a_customer(company.rep), step="proposals")


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def cloud(db):
    return Competitor.objects.create(
        name="云图软件", price_low=Decimal(300_000), price_high=Decimal(500_000), strengths=["名气大"], weaknesses=["上线慢"],
        counters=["四周上线，按周验收"],
    )  # fmt: skip


@pytest.fixture
def rival(deal, cloud, by, now):
    return actions.add_rival(deal=deal, competitor=cloud, by=by, now=now)


@pytest.fixture
def criterion(deal, by, now):
    draft = CriterionDraft("上线周期", weight=60, standing=Standing.STRONG, own_words="年前要用上")
    return decisions.add_criterion(deal=deal, draft=draft, by=by, now=now)


@pytest.fixture
def rep(login):
    return login("rep")


def test_the_catalogue_fills_the_first_view_of_him(rival, deal, by, now, cloud):
    assert (rival.price_low, rival.strengths, rival.note) == (300_000, ["名气大"], "四周上线，按周验收")
    assert rival.our_difference == "", "what we do against him isn't for the customer to read"
    with pytest.raises(Refused) as refused:
        actions.add_rival(deal=deal, competitor=cloud, by=by, now=now)
    assert refused.value.verdict.codes == ("rival_twice",)
    actions.withdraw_rival(rival=rival, by=by, now=now)
    assert actions.add_rival(deal=deal, competitor=cloud, by=by, now=now).pk == rival.pk, "he comes back as he was"


def test_the_gravest_stand_first(rival, deal, by, now):
    north = Competitor.objects.create(name="北辰软件")
    draft = RivalDraft(threat=Threat.HIGH, price_high=Decimal(200_000))
    actions.add_rival(deal=deal, competitor=north, draft=draft, by=by, now=now)
    assert [one.competitor.name for one in queries.rivals_of(deal)] == ["北辰软件", "云图软件"]


def test_edited_with_a_version_and_not_after_a_loss(rival, deal, by, now):
    draft = RivalDraft(threat=Threat.HIGH, strengths=("名气大", "全国网点"))
    actions.edit_rival(rival=rival, version=1, draft=draft, by=by, now=now)
    with pytest.raises(Conflict):
        actions.edit_rival(rival=rival, version=1, draft=draft, by=by, now=now)
    assert set(Event.objects.get(kind="rivals.edited").changes) >= {"threat", "strengths"}
    lost(deal)
    with pytest.raises(Refused) as refused:
        actions.withdraw_rival(rival=rival, by=by, now=now)
    assert refused.value.verdict.codes == ("deal_closed",)


@pytest.mark.parametrize("person", ["teammate", "auditor", "collaborator"])
def test_nobody_else_writes(rival, company, now, person):
    with pytest.raises(Opportunity.DoesNotExist):
        actions.withdraw_rival(rival=rival, by=company.by(person), now=now)


def test_compared_by_what_the_customer_chooses_by(rep, rival, deal, criterion, by, now, monkeypatch):
    monkeypatch.setattr(hooks, "our_price", [lambda deal: Decimal(560_000)])
    answer = rep.post(to("mark", rival.pk, criterion.pk), {"standing": "weak", "note": "自己说要十周"}, headers=HTMX)
    assert answer.status_code == 200
    page = rep.get(to("page", deal.pk)).content.decode()
    for said in ("上线周期", "年前要用上", "自己说要十周", "1 条我们占优", "（60%）", "我们贵 6万", "30万-50万"):
        assert said in page
    found = queries.comparison_of(by, deal)
    assert found.columns[0].tally.ahead_weight == 60
    assert rep.post(to("mark", rival.pk, criterion.pk), {"standing": "best"}).status_code == 422
    other = a_deal(deal.owner, deal.playbook_version, customer=a_customer(deal.owner, "别家"))
    foreign = decisions.add_criterion(deal=other, draft=CriterionDraft("别的"), by=by, now=now)
    assert rep.post(to("mark", rival.pk, foreign.pk), {"standing": "weak"}).status_code == 404


def test_added_from_the_page_also_where_a_criterion_names_him(rep, deal, cloud, by, now):
    draft = CriterionDraft("价格", competitor_id=cloud.pk)
    decisions.add_criterion(deal=deal, draft=draft, by=by, now=now)
    assert "采购标准里提到" in rep.get(to("page", deal.pk)).content.decode()
    assert rep.post(to("add", deal.pk), {"competitor": cloud.pk}).status_code == 302
    assert rep.post(to("add", deal.pk), {"competitor": cloud.pk}).status_code == 422
    assert rep.post(to("add", deal.pk), {"competitor": "x"}).status_code == 422
    assert Rival.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [({"price": "$100"}, "只能填人民币"), ({"price": "50-20万"}, ""), ({"strengths": "长" * 201}, "最多 200 个字")],
)
def test_bad_input_is_refused_with_what_was_typed(rep, rival, said, why):
    answer = rep.post(to("edit", rival.pk), {"threat": "", "version": 1} | said, headers=HTMX)
    if answer.status_code == 422:
        page = answer.content.decode()
        assert why in page
        assert next(iter(said.values())) in page
    rival.refresh_from_db()
    assert rival.strengths == ["名气大"] or rival.price_low <= rival.price_high


def test_what_the_customer_reads_names_nobody(rep, rival, deal, criterion, by, now):
    actions.edit_rival(rival=rival, version=1, draft=RivalDraft(our_difference="四周上线，按周验收"), by=by, now=now)
    frozen = freeze(deal)
    assert frozen == {
        "points": ["四周上线，按周验收"],
        "criteria": [{"text": "上线周期", "weight": 60, "own_words": "年前要用上", "is_strong": True}],
    }
    actions.edit_rival(rival=rival, version=2, draft=RivalDraft(our_difference="比云图软件快"), by=by, now=now)
    assert "点了“云图软件”的名" in rep.get(to("page", deal.pk)).content.decode()
    actions.withdraw_rival(rival=rival, by=by, now=now)
    assert freeze(deal) is None


def test_who_opens_it_and_the_paper(login, rep, rival, deal):
    seen = {"rep": 200, "team_lead": 200, "auditor": 200, "teammate": 404, "admin": 403}
    for person, status in seen.items():
        assert login(person).get(to("page", deal.pk)).status_code == status, person
    answer = rep.get(to("export", deal.pk, "docx"))
    paper = Document(BytesIO(b"".join(answer.streaming_content)))
    assert any("云图软件" in paragraph.text for paragraph in paper.paragraphs)
    assert rep.get(to("export", deal.pk, "xlsx")).status_code == 404


def test_the_page_costs_the_same_with_more_rivals(rep, rival, deal, criterion, by, now):
    def asked():
        with CaptureQueriesContext(connection) as queried:
            assert rep.get(to("page", deal.pk)).status_code == 200
        return len(queried)

    asked()
    once = asked()
    for name in ("甲", "乙"):
        competitor = Competitor.objects.create(name=name)
        actions.add_rival(deal=deal, competitor=competitor, by=by, now=now)
        decisions.add_criterion(deal=deal, draft=CriterionDraft(name), by=by, now=now)
    assert asked() == once
