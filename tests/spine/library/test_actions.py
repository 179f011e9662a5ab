"""Adding, revising, entrusting, retiring; versions that stay as they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of
from tuoke.spine.library import actions, hooks
from tuoke.spine.library.models import Item, ItemVersion
from tuoke.spine.library.queries import current_of, due_for_review, family_of, found, offered
from tuoke.spine.library.rules import (
    ClauseContent,
    Fit,
    ItemDraft,
    ItemKind,
    MailContent,
    OpeningContent,
    QuestionContent,
    Tags,
)

TODAY = date(2026, 11, 23)


@pytest.fixture
def lead(company):
    return company.by("team_lead")


def opening(text="您好〔称呼〕，关注到〔客户名称〕〔近况〕。", **tags):
    return ItemDraft(OpeningContent(text), title=tags.pop("title", "融资开场"), tags=Tags(**tags))


@pytest.fixture
def item(lead, now):
    return actions.add_item(kind=ItemKind.OPENING, draft=opening(trigger="funding"), by=lead, now=now)


def codes(refused):
    return {reason.code for reason in refused.value.verdict.reasons}


def test_what_is_added_is_found_owned_and_told(item, lead, now):
    assert (item.owner_id, item.review_by, item.trigger) == (lead.user_id, TODAY + timedelta(days=180), "funding")
    assert current_of(item).parsed == OpeningContent("您好〔称呼〕，关注到〔客户名称〕〔近况〕。")
    for query in ("融资", "rzkc", "关注到"):
        assert found(lead, query) == [item]
    told = history_of(item).get()
    assert (told.kind, told.facts["number"]) == ("library.added", 1)


def test_every_reason_is_given_at_once(lead, company, now):
    draft = ItemDraft(
        MailContent("〔客户名〕〔天气预报〕", "〔客户名称" + "长" * 8000), tags=Tags(industry="火星", dimension="pain")
    )
    with pytest.raises(Refused) as refused:
        actions.add_item(kind=ItemKind.MAIL, draft=draft, by=company.by("rep"), now=now)
    assert codes(refused) == {
        "placeholder_unknown", "placeholder_strange", "placeholder_broken", "too_long", "tag_unknown", "tag_unfit",
        "may_not_write",
    }  # fmt: skip
    near = next(r for r in refused.value.verdict.reasons if r.code == "placeholder_unknown")
    assert near.params["nearest"] == "客户名称"
    with pytest.raises(Refused) as refused:
        actions.add_item(kind=ItemKind.QUESTION, draft=ItemDraft(QuestionContent()), by=lead, now=now)
    assert codes(refused) == {"part_missing", "dimension_missing"}
    assert not Item.objects.exists()


def test_another_content_is_a_new_version_and_the_old_one_stays(item, lead, now):
    saved = actions.revise(item=item, version=1, draft=opening("新的说法"), by=lead, now=now, note="太长")
    assert (saved.current_number, saved.trigger, current_of(saved).note) == (2, "", "太长")
    assert ItemVersion.objects.get(item=item, number=1).parsed.text.startswith("您好")
    assert [found(lead, query) for query in ("新的说法", "关注到")] == [[item], []]
    same = actions.revise(item=saved, version=2, draft=opening("新的说法"), by=lead, now=now)
    assert (same.version, history_of(item).count()) == (2, 2)
    tagged = actions.revise(item=saved, version=2, draft=opening("新的说法", industry="制造业"), by=lead, now=now)
    assert (tagged.current_number, history_of(item).first().kind) == (2, "library.retagged")
    with pytest.raises(Conflict):
        actions.revise(item=item, version=1, draft=opening("我也改了"), by=lead, now=now)
    back = actions.restore_version(item=item, version=3, number=1, by=lead, now=now)
    assert (back.current_number, current_of(back).parsed.text[:2]) == (3, "您好")


def test_the_database_itself_keeps_versions(item):
    with pytest.raises(DatabaseError), transaction.atomic():
        ItemVersion.objects.filter(item=item).update(content={"text": "另一句"})


def test_variants_are_one_family(item, lead, now):
    with pytest.raises(Refused) as refused:
        actions.make_variant(item=item, draft=opening(), by=lead, now=now)
    assert codes(refused) == {"same_content"}
    variant = actions.make_variant(item=item, draft=opening("另一种说法"), by=lead, now=now)
    third = actions.make_variant(item=variant, draft=opening("第三种说法"), by=lead, now=now)
    assert list(family_of(item.__class__.objects.get(pk=item.pk))) == [item, variant, third]


def test_reviews_come_due_for_the_owner(item, lead, company, now):
    later = item.review_by + timedelta(days=1)
    assert due_for_review(lead, TODAY) == []
    assert due_for_review(lead, later) == [item]
    assert due_for_review(company.by("director"), later) == []
    for wrong, code in ((TODAY, "review_in_past"), (date(2099, 1, 1), "review_too_far")):
        with pytest.raises(Refused) as refused:
            actions.confirm_review(item=item, review_by=wrong, by=lead, now=now)
        assert codes(refused) == {code}
    actions.confirm_review(item=item, review_by=later + timedelta(days=90), by=lead, now=now)
    assert due_for_review(lead, later) == []
    with pytest.raises(Refused) as refused:
        actions.entrust(item=item, version=2, owner_id=company.rep.pk, review_by=None, by=lead, now=now)
    assert codes(refused) == {"owner_unfit"}
    given = actions.entrust(item=item, version=2, owner_id=company.director.pk, review_by=None, by=lead, now=now)
    assert (given.owner, given.review_by) == (company.director, None)
    assert history_of(item).first().changes["owner"] == ["李娜", "周总"]
    Item.objects.update(owner=None, review_by=TODAY)
    assert [due_for_review(company.by(name), TODAY) for name in ("process_owner", "director")] == [[item], []]


def test_what_is_retired_is_neither_offered_nor_changed_until_it_is_restored(item, lead, now):
    actions.retire(item=item, by=lead, now=now)
    actions.retire(item=item, by=lead, now=now)
    assert offered(lead, kind="opening", fit=Fit()) == found(lead, "融资") == []
    for verb in (
        lambda: actions.revise(item=item, version=2, draft=opening("改"), by=lead, now=now),
        lambda: actions.make_variant(item=item, draft=opening("改"), by=lead, now=now),
        lambda: actions.confirm_review(item=item, review_by=date(2027, 1, 1), by=lead, now=now),
    ):
        with pytest.raises(Refused) as refused:
            verb()
        assert codes(refused) == {"item_retired"}
    actions.restore(item=item, by=lead, now=now)
    assert [offer.item for offer in offered(lead, kind="opening", fit=Fit())] == [item]
    assert [event.kind for event in history_of(item)] == ["library.restored", "library.retired", "library.added"]


@pytest.mark.parametrize("verb", ["retire", "restore"])
def test_who_only_reads_changes_nothing(item, company, now, verb):
    with pytest.raises(Refused) as refused:
        getattr(actions, verb)(item=item, by=company.by("rep"), now=now)
    assert codes(refused) == {"may_not_write"}


def test_the_specific_comes_before_the_general_and_another_industry_not_at_all(lead, now, django_assert_num_queries):
    def added(title, **tags):
        draft = ItemDraft(OpeningContent(f"{title}开场"), title=title, tags=Tags(**tags))
        return actions.add_item(kind=ItemKind.OPENING, draft=draft, by=lead, now=now)

    anyone, factory = added("通用"), added("制造", industry="制造业")
    buyer, shop = added("制造采购", industry="制造业", role="purchasing"), added("零售", industry="批发零售")
    fit = Fit(industry="汽车零部件", role="采购总监")
    with django_assert_num_queries(2):
        offers = offered(lead, kind="opening", fit=fit)
    assert [offer.item for offer in offers] == [buyer, factory, anyone]
    assert offers[0].reasons == ("industry", "role")
    unknown = [offer.item for offer in offered(lead, kind="opening", fit=Fit())]
    assert unknown[0] == anyone
    assert set(unknown) == {anyone, factory, buyer, shop}
    assert [offer.item for offer in offered(lead, kind="opening", fit=Fit(role="财务总监"), limit=1)] == [anyone]


def clause(text="甲方在〔交付天数〕日内验收。", **more):
    given = {"part": "standard", "heading": "验收", "use": "must", "values": ("验收期限：10 个工作日",)} | more
    return ItemDraft(ClauseContent(text, **given), title="验收")


def test_a_clause_asks_for_the_places_of_a_contract_and_is_told_when_it_says_something_new(lead, now, monkeypatch):
    told = []
    monkeypatch.setattr(
        hooks, "on_published", [lambda version, by, at: told.append((version.item.title, version.number))]
    )
    item = actions.add_item(kind=ItemKind.CLAUSE, draft=clause(), by=lead, now=now)
    assert (item.topic, current_of(item).parsed.must_keep) == ("standard", True)
    item = actions.revise(item=item, version=item.version, draft=clause("甲方在 5 日内验收。"), by=lead, now=now)
    actions.revise(
        item=item, version=item.version, draft=replace(clause("甲方在 5 日内验收。"), title="验收期"), by=lead, now=now
    )
    assert told == [("验收", 1), ("验收", 2)]  # another title is no other text
    wrong = clause("〔合同全额〕", values=("十天",), use="perhaps", part="whatever", heading="")
    with pytest.raises(Refused) as refused:
        actions.add_item(kind=ItemKind.CLAUSE, draft=wrong, by=lead, now=now)
    assert codes(refused) == {"placeholder_unknown", "value_broken", "choice_unknown", "part_missing"}
    with pytest.raises(Refused) as refused:  # a call can't fill what only a contract knows
        actions.add_item(kind=ItemKind.OPENING, draft=opening("〔合同金额〕"), by=lead, now=now)
    assert codes(refused) <= {"placeholder_unknown", "placeholder_strange"}
