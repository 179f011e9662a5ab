"""Versions of a profile: kept, compared, restored, previewed; two people at once."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.steps.leads.test_at_once import patiently
from tests.steps.targeting.tables import TEMPLATE_1, opened
from tests.steps.targeting.test_screens import TYPED
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of
from tuoke.services.documents.writing import CONTENT_TYPES
from tuoke.spine.catalog.models import Product
from tuoke.steps.targeting import actions, hooks
from tuoke.steps.targeting.documents import profile_document
from tuoke.steps.targeting.models import CustomerProfile, ProfileVersion
from tuoke.steps.targeting.queries import content_of, due_reviews, profile_table, said_in, version_of, versions_of
from tuoke.steps.targeting.rules import Pain, ProfileContent, ProfileDraft, Span, Urgency, differences

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile(company, now):
    return actions.plant_default(by=company.by("director"), now=now)


@pytest.fixture
def save(company, now):
    def saved(profile, *, note="", who="director", version=None, **said):
        content = replace(content_of(profile), **said)
        return actions.save_profile(
            profile=profile, version=version or profile.version, by=company.by(who), now=now, note=note,
            draft=replace(actions.draft_of(profile), content=content),
        )  # fmt: skip

    return saved


def url(name, *args):
    return reverse(f"targeting:{name}", args=args)


def text(response):
    return response.content.decode()


class TestKept:
    def test_every_content_that_a_score_may_carry_stays(self, company, profile, save, now):
        second = save(profile, industries=("制造业",), note=" 上季度赢率更高 ")
        save(second, threshold=Decimal(6))

        found = versions_of(profile, who=company.by("rep"))
        assert [(v.number, v.by_name, v.note, v.at) for v in found] == [
            (3, "周总", "", now), (2, "周总", "上季度赢率更高", now), (1, "周总", "", now),
        ]  # fmt: skip
        assert said_in(version_of(profile, 1, who=company.by("rep"))) == actions.EXAMPLE
        assert said_in(version_of(profile, 2, who=company.by("rep"))).industries == ("制造业",)

    def test_what_no_score_depends_on_makes_none(self, company, profile, now):
        draft = replace(actions.draft_of(profile), name="别名", review_by=date(2027, 1, 1), minimum_cases=50)
        actions.save_profile(profile=profile, version=1, draft=draft, by=company.by("director"), now=now)
        assert ProfileVersion.objects.count() == 1

    def test_none_is_ever_changed(self, profile):
        version = ProfileVersion.objects.get()
        for change in (version.save, version.delete, ProfileVersion.objects.all().delete):
            with pytest.raises(TypeError):
                change()
        with pytest.raises(TypeError):
            ProfileVersion.objects.update(note="x")

    def test_an_imported_table_is_a_version_with_its_cells(self, company, now, tmp_path):
        with opened(tmp_path / "t.xlsx", TEMPLATE_1) as table:
            actions.import_table(table=table, name="清单", by=company.by("director"), now=now)
        assert ProfileVersion.objects.get().texts["headers"][2] == "示例(ToB企业服务)"

    @pytest.mark.parametrize(("minimum", "fine"), [(4, False), (5, True), (1000, True), (1001, False)])
    def test_the_minimum_of_evidence_has_bounds(self, company, now, minimum, fine):
        draft = ProfileDraft("x", minimum_cases=minimum)
        verdict = actions.verdict_on(draft=draft, profile=None, by=company.by("director"))
        assert bool(verdict) is fine

    def test_a_note_has_bounds(self, profile, save):
        for note in ("长" * 1001, "断\x00裂"):
            with pytest.raises(Refused):
                save(profile, industries=("制造业",), note=note)
        assert ProfileVersion.objects.count() == 1

    def test_profiles_that_were_there_before_get_their_version(self, profile, company):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM targeting_profileversion")
        import_module("tuoke.steps.targeting.migrations.0003_versions").keep_what_stands(apps, None)
        kept = ProfileVersion.objects.get()
        assert (kept.number, kept.by_name, said_in(kept)) == (1, "周总", actions.EXAMPLE)

    def test_profiles_of_persons_that_were_there_before_speak_of_life(self, company, now):
        made = actions.create_profile(draft=ProfileDraft("家庭", market="toc"), by=company.by("director"), now=now)
        old = {"industries": ["刚购房"], "lifecycle": ["新婚"], "revenue": ["200000", None]}
        CustomerProfile.objects.filter(pk=made.pk).update(content=old)
        import_module("tuoke.steps.targeting.migrations.0002_persons").say_of_persons(apps, None)
        content = ProfileContent.from_json(CustomerProfile.objects.get(pk=made.pk).content)
        assert (content.situations, content.life_stages) == (("刚购房",), ("新婚",))
        assert content.income == Span(Decimal(200_000), None)
        assert content.industries == ()


class TestDifferences:
    def test_lists_tell_what_came_and_went(self):
        after = replace(actions.EXAMPLE, industries=("SaaS", "制造业"), staff=Span(50, 500), custom_quote=False)
        found = {change.field: change for change in differences(actions.EXAMPLE, after)}
        assert set(found) == {"industries", "staff", "custom_quote"}
        assert (found["industries"].added, found["industries"].removed) == (("制造业",), ("信息技术",))
        assert (found["staff"].before, found["staff"].after, found["staff"].is_list) == ("100-500人", "50-500人", False)

    def test_a_pain_that_presses_harder_is_another(self):
        pain = Pain("数据分散导致协作效率低", Urgency.LOW)
        (change,) = differences(actions.EXAMPLE, replace(actions.EXAMPLE, pains=(pain,)))
        assert change.added == ("数据分散导致协作效率低(低)",)
        assert change.removed == ("数据分散导致协作效率低(高：近期客户投诉增加)",)

    def test_another_order_is_another_list(self):
        after = replace(actions.EXAMPLE, industries=("信息技术", "SaaS"))
        (change,) = differences(actions.EXAMPLE, after)
        assert (change.before, change.after, change.is_list) == ("SaaS、信息技术", "信息技术、SaaS", False)

    def test_the_same_differs_in_nothing(self):
        assert differences(actions.EXAMPLE, replace(actions.EXAMPLE)) == ()


class TestRestore:
    def test_the_old_content_is_a_new_version(self, company, now, profile, save):
        changed = save(profile, industries=("制造业",))
        back = actions.restore_profile(
            profile=profile, version=changed.version, number=1, by=company.by("director"), now=now, note="改错了"
        )
        assert (back.number, content_of(back)) == (3, actions.EXAMPLE)
        assert history_of(back).first().facts == {"number": 3, "note": "改错了", "restored": 1}

    def test_an_imported_tables_cells_come_back(self, company, now, tmp_path, save):
        with opened(tmp_path / "t.xlsx", TEMPLATE_1) as table:
            actions.import_table(table=table, name="清单", by=company.by("director"), now=now)
        changed = save(CustomerProfile.objects.get(), industries=("制造业",))
        back = actions.restore_profile(
            profile=changed, version=changed.version, number=1, by=company.by("director"), now=now
        )
        headers, rows = profile_table(back)
        assert (headers, *rows) == TEMPLATE_1

    def test_what_cannot_be_is_refused(self, company, now, profile, save):
        director = company.by("director")
        with pytest.raises(Refused) as same:
            actions.restore_profile(profile=profile, version=1, number=1, by=director, now=now)
        assert [reason.code for reason in same.value.verdict.reasons] == ["nothing_differs"]
        changed = save(profile, industries=("制造业",))
        with pytest.raises(Conflict):
            actions.restore_profile(profile=profile, version=1, number=1, by=director, now=now)
        with pytest.raises(Refused):
            actions.restore_profile(profile=profile, version=changed.version, number=1, by=company.by("rep"), now=now)
        with pytest.raises(ProfileVersion.DoesNotExist):
            actions.restore_profile(profile=profile, version=changed.version, number=9, by=director, now=now)


class TestScreens:
    def test_any_two_are_compared(self, login, profile, save):
        third = save(save(profile, industries=("制造业",)), threshold=Decimal(6))
        client = login("rep")
        newest = text(client.get(url("profile_versions", profile.pk)))
        assert "版本 2 → 版本 3" in newest
        assert "<ins>6</ins>" in newest
        both = text(client.get(url("profile_versions", profile.pk), {"a": 1, "b": third.number}))
        assert "<ins>制造业</ins>" in both
        assert client.get(url("profile_versions", profile.pk), {"a": 1, "b": 9}).status_code == 422

    def test_a_version_is_shown_as_it_was(self, login, profile, save):
        save(profile, industries=("制造业",))
        page = text(login("rep").get(url("profile_version", profile.pk, 1)))
        assert "信息技术" in page
        assert "旧版本" in page
        assert "恢复这个版本" not in page
        assert "恢复这个版本" in text(login("director").get(url("profile_version", profile.pk, 1)))

    def test_restoring_shows_first_what_it_changes(self, login, profile, save):
        changed = save(profile, industries=("制造业",))
        client = login("director")
        page = text(client.get(url("profile_restore", profile.pk, 1)))
        assert "<del>制造业</del>" in page
        assert CustomerProfile.objects.get().number == 2

        response = client.post(url("profile_restore", profile.pk, 1), {"version": changed.version, "note": "撤回"})
        assert response.status_code == 302
        assert ProfileVersion.objects.get(number=3).note == "撤回"

        assert client.post(url("profile_restore", profile.pk, 2), {"version": 1}).status_code == 409
        assert client.post(url("profile_restore", profile.pk, 1), {"version": 3}).status_code == 422
        assert client.post(url("profile_restore", profile.pk, 1)).status_code == 404

    def test_who_may(self, login, profile):
        read = [url("profile_versions", profile.pk), url("profile_version", profile.pk, 1)]
        restore = url("profile_restore", profile.pk, 1)
        for who in ("rep", "team_lead", "auditor"):
            client = login(who)
            assert {client.get(page).status_code for page in read} == {200}
            assert {client.get(restore).status_code, client.post(restore).status_code} == {403}
        for who in ("collaborator", "admin"):
            assert {login(who).get(page).status_code for page in (*read, restore)} == {403}
        client = login("director")
        missing = [
            url("profile_versions", 99),
            url("profile_version", profile.pk, 9),
            url("profile_restore", profile.pk, 9),
        ]
        assert {client.get(page).status_code for page in missing} == {404}

    def test_many_versions_cost_no_more_queries(self, login, profile, save):
        client, page = login("director"), url("profile_versions", profile.pk)

        def queries():
            client.get(page)
            with CaptureQueriesContext(connection) as found:
                client.get(page)
            return len(found)

        profile = save(profile, threshold=Decimal(6))
        two = queries()
        for threshold in (5, 4):
            profile = save(profile, threshold=Decimal(threshold))
        assert queries() == two


class TestPreview:
    @pytest.fixture
    def told(self, monkeypatch):
        """What a previewer was asked, with a fixed answer."""
        asked = []

        def preview(profile, content, *, who, today):
            asked.append((profile.pk, content.industries, who.name))
            moves = (hooks.TierMove("", "focus", 4),)
            example = hooks.Example("恒远科技", "/leads/7/", Decimal("6.5"), Decimal("7.5"), "", "focus")
            return hooks.Preview(leads=120, looked_at=100, up=5, down=2, tiers=moves, examples=(example,))

        monkeypatch.setattr(hooks, "previews", [preview])
        return asked

    def test_a_change_is_shown_before_it_applies(self, login, profile, told):
        page = text(login("director").post(url("profile_edit", profile.pk), TYPED | {"version": 1}))

        assert told == [(profile.pk, ("制造业", "汽车零部件"), "周总")]
        for said in (
            "还没有保存",
            "<ins>制造业</ins>",
            "<del>SaaS</del>",
            "升为高潜力",
            "重点攻坚",
            "恒远科技",
            "随机抽了 100 条",
        ):
            assert said in page
        assert CustomerProfile.objects.get().number == 1

    def test_confirming_saves_everything_that_was_typed(self, login, profile, told):
        client = login("director")
        hidden = client.post(url("profile_edit", profile.pk), TYPED | {"version": 1}).context["hidden"]
        carried = dict(hidden) | {"stage": "confirm", "note": "新一年"}

        assert client.post(url("profile_edit", profile.pk), carried).status_code == 302

        saved = CustomerProfile.objects.get()
        assert (saved.name, saved.number, saved.minimum_cases) == ("华东制造", 2, 30)
        assert content_of(saved).pains[0].reason == "主机厂考核交付"
        assert content_of(saved).unverified_share == 80
        assert ProfileVersion.objects.get(number=2).note == "新一年"
        assert "撤销" in text(client.get(url("profile", profile.pk)))

    def test_going_back_loses_nothing(self, login, profile, told):
        back = TYPED | {"version": 1, "stage": "back", "note": "先存着", "budget": "看不懂"}
        response = login("director").post(url("profile_edit", profile.pk), back)
        assert response.status_code == 200
        for typed in ("制造业、汽车零部件", "主机厂考核交付", "先存着", "看不懂"):
            assert typed in text(response)
        assert CustomerProfile.objects.get().number == 1

    def test_a_preview_left_open_while_somebody_saved_is_a_conflict(self, login, profile, save, told):
        save(profile, industries=("教育",))
        for stage in ("", "confirm"):
            response = login("director").post(url("profile_edit", profile.pk), TYPED | {"version": 1, "stage": stage})
            assert response.status_code == 409
            assert "教育" in text(response)
            assert "制造业、汽车零部件" in text(response)
        assert content_of(CustomerProfile.objects.get()).industries == ("教育",)

    def test_what_no_score_depends_on_is_saved_at_once(self, login, profile, told):
        client = login("director")
        form = client.get(url("profile_edit", profile.pk)).context
        same = {name: form["form"][name].value() or "" for name in form["form"].fields}
        same |= {f"pains-{i}-{n}": f[n].value() or "" for i, f in enumerate(form["pains"]) for n in f.fields}
        same |= {"pains-TOTAL_FORMS": 3, "pains-INITIAL_FORMS": 1, "version": 1, "review_by": "2027-05-01"}
        response = client.post(url("profile_edit", profile.pk), same)
        assert response.status_code == 302
        assert not told
        assert CustomerProfile.objects.get().review_by == date(2027, 5, 1)

    def test_what_is_refused_is_said_before_any_preview(self, login, company, profile, told, now):
        actions.create_profile(draft=ProfileDraft("华东制造"), by=company.by("director"), now=now)
        for change in ({}, {"fit": "50"}, {"minimum_cases": "2"}, {"unverified_share": "101"}):
            response = login("director").post(url("profile_edit", profile.pk), TYPED | {"version": 1} | change)
            assert response.status_code == 422
        assert not told

    def test_the_leads_own_previewer_answers(self, login, profile):
        page = text(login("director").post(url("profile_edit", profile.pk), TYPED | {"version": 1}))
        assert "现在没有按这个画像评分的线索" in page


class TestOffersInTheForm:
    @pytest.fixture
    def product(self):
        return Product.objects.create(
            name="数据平台", price_low=300_000, price_high=900_000, custom_quote=True, industries=["制造业", "医药"],
            staff_low=50, staff_high=900, pains=[{"pain": "对账慢", "help": ""}],
        )  # fmt: skip

    def test_one_value_is_filled_in_and_nothing_saved(self, login, profile, product):
        typed = TYPED | {"version": 1, "product": product.pk, "take": "industry:医药", "budget": "看不懂"}
        response = login("director").post(url("profile_edit", profile.pk), typed)
        assert response.status_code == 200
        assert 'value="制造业、汽车零部件、医药"' in text(response)
        assert 'value="看不懂"' in text(response)
        assert CustomerProfile.objects.get().number == 1

    def test_all_at_once_with_a_pain_in_the_free_row(self, login, product):
        typed = {name: value for name, value in TYPED.items() if name != "custom_quote"}
        page = text(login("director").post(url("profile_new"), typed | {"product": product.pk, "take": "all"}))
        for value in ("制造业、汽车零部件、医药", "50-900人", "30万-90万", "对账慢"):
            assert f'value="{value}"' in page
        assert "产品写了的，下面都有了" in page
        assert not CustomerProfile.objects.exists()

    def test_htmx_gets_the_offers_of_the_product_just_chosen(self, login, profile, product):
        typed = TYPED | {"version": 1, "product": product.pk, "take": ""}
        response = login("director").post(url("profile_edit", profile.pk), typed, headers={"HX-Request": "true"})
        assert text(response).lstrip().startswith('<div id="offers"')
        assert "industry:医药" in text(response)

    def test_a_forged_key_fills_nothing_in(self, login, profile, product):
        typed = TYPED | {"version": 1, "product": product.pk, "take": "threshold"}
        assert login("director").post(url("profile_edit", profile.pk), typed).status_code == 200

    def test_what_is_no_longer_sold_is_offered_only_where_it_stands(self, login, profile, product):
        Product.objects.update(active=False)
        client = login("director")
        assert "数据平台" not in text(client.get(url("profile_edit", profile.pk)))
        CustomerProfile.objects.update(product=product)
        assert "数据平台" in text(client.get(url("profile_edit", profile.pk)))


class TestReviews:
    def test_what_is_due_longest_first(self, company, profile, now):
        today = date(2026, 11, 23)
        make = lambda name, day: actions.create_profile(  # noqa: E731
            draft=ProfileDraft(name, review_by=day, owner_id=company.director.pk), by=company.by("director"), now=now
        )
        for name, day in (("昨天", today - timedelta(days=1)), ("今天", today), ("明天", today + timedelta(days=1))):
            make(name, day)
        found = due_reviews(company.by("rep"), today)
        assert [(review.title, review.days, review.owner) for review in found] == [
            ("昨天", 1, "周总"),
            ("今天", 0, "周总"),
        ]
        assert due_reviews(company.by("collaborator"), today) == []

    def test_the_screens_say_it(self, login, profile):
        CustomerProfile.objects.update(review_by=date(2020, 1, 1))
        client = login("rep")
        assert "到了复核日期" in text(client.get(url("index")))
        assert "已过期" in text(client.get(url("profile", profile.pk)))


class TestDocument:
    def test_it_says_what_a_manager_hands_out(self, company, now, profile, save):
        changed = save(profile, regions=("江苏",), note="先打江苏")
        draft = replace(actions.draft_of(changed), owner_id=company.director.pk, review_by=date(2027, 3, 1))
        changed = actions.save_profile(
            profile=changed, version=changed.version, draft=draft, by=company.by("director"), now=now
        )
        document = profile_document(changed, today=date(2026, 11, 23))
        assert document.title == "《目标客户画像清单》"
        assert dict(document.facts)["负责人"] == "周总"
        assert dict(document.facts)["版本"] == "第 2 版"
        assert dict(document.facts)["复核日期"] == date(2027, 3, 1)
        five, where, scoring, versions = document.sections
        assert [row[0] for row in five.parts[0].rows] == [
            "行业属性",
            "企业规模",
            "决策链角色",
            "痛点优先级",
            "预算匹配度",
        ]
        assert [row[2] for row in scoring.parts[0].rows] == ["25%"] * 4
        assert versions.parts[0].rows[0][3] == "先打江苏"
        assert where.heading == "二、从哪里找"

    @pytest.mark.parametrize(("kind", "head"), [("xlsx", b"PK"), ("docx", b"PK"), ("pdf", b"%PDF")])
    def test_as_a_file(self, login, profile, kind, head):
        response = login("rep").get(url("profile_export", profile.pk), {"kind": kind})
        assert response["Content-Type"] == CONTENT_TYPES[kind]
        assert io.BytesIO(response.content).read(4).startswith(head)

    def test_no_other_kind(self, login, profile):
        assert login("rep").get(url("profile_export", profile.pk), {"kind": "exe"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_wins_and_no_version_is_lost(now):
    from tests.people import make_company

    company = make_company()
    profile = actions.plant_default(by=company.by("director"), now=now)
    people = [company.by("director"), company.by("process_owner"), company.by("director")]
    start, told = threading.Barrier(len(people)), []

    def save(number, by):
        content = replace(actions.EXAMPLE, industries=(f"行业{number}",))
        draft = replace(actions.draft_of(profile), content=content)
        try:
            start.wait()
            patiently(lambda: actions.save_profile(profile=profile, version=1, draft=draft, by=by, now=now))
            told.append("saved")
        except Conflict:
            told.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=pair) for pair in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["conflict", "conflict", "saved"]
    assert list(ProfileVersion.objects.values_list("number", flat=True)) == [2, 1]
