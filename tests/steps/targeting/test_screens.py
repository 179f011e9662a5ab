"""The screens of step 1: what they show, what they refuse, who may."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.steps.targeting.tables import TEMPLATE_1
from tuoke.base.records.queries import history_of
from tuoke.services.exchange.reading import open_table
from tuoke.services.exchange.writing import write_table
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.catalog.rules import CampaignPlan
from tuoke.steps.leads import actions as leads
from tuoke.steps.leads.rules import LeadDraft
from tuoke.steps.targeting import actions, hooks
from tuoke.steps.targeting.facts import facts_about
from tuoke.steps.targeting.models import Aim, CustomerProfile, PastDeal
from tuoke.steps.targeting.queries import content_of
from tuoke.steps.targeting.rules import Pain, ProfileDraft, Span, Urgency

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "华东制造",
    "market": "tob",
    "product": "",
    "owner": "",
    "review_by": "2027-02-01",
    "industries": "制造业、汽车零部件",
    "lifecycle": "成熟期",
    "policies": "",
    "staff": "200-800人",
    "revenue": "1亿-6亿",
    "paying_customers": "5家以上",
    "deciders": "生产副总",
    "influencers": "信息化主管，质量经理",
    "budget": "40-90万",
    "price": "30万-80万",
    "custom_quote": "on",
    "fit": "40",
    "urgency": "30",
    "chain": "20",
    "budget_weight": "10",
    "threshold": "6.5",
    "unverified_share": "80",
    "minimum_cases": "30",
    "watch_after_months": "9",
    "pains-TOTAL_FORMS": "3",
    "pains-INITIAL_FORMS": "0",
    "pains-0-text": "换线停机时间长",
    "pains-0-urgency": "high",
    "pains-0-reason": "主机厂考核交付",
    "pains-1-text": "手工对账",
    "pains-1-urgency": "low",
    "pains-1-reason": "",
    "pains-2-text": "",
    "pains-2-urgency": "medium",
    "pains-2-reason": "",
}

SURE = TYPED | {"stage": "confirm"}


@pytest.fixture
def profile(company, now):
    return actions.plant_default(by=company.by("director"), now=now)


@pytest.fixture
def campaign(company, now, profile):
    return plan(company, now)


def plan(company, now, name="2027 一季度", profile=None):
    said = CampaignPlan(name=name, starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31), owner_id=company.director.pk)
    return actions.plan_campaign(plan=said, profile=profile, by=company.by("director"), now=now)


def url(name, *args):
    return reverse(f"targeting:{name}", args=args)


def text(response):
    return response.content.decode()


class TestProfileForm:
    def test_what_people_type_is_understood(self, login):
        response = login("director").post(url("profile_new"), TYPED)

        made = CustomerProfile.objects.get()
        assert response["Location"] == url("profile", made.pk)
        content = content_of(made)
        assert content.staff == Span(200, 800)
        assert content.budget == Span(400_000, 900_000)
        assert content.influencers == ("信息化主管", "质量经理")
        assert content.pains == (Pain("换线停机时间长", Urgency.HIGH, "主机厂考核交付"), Pain("手工对账", Urgency.LOW))
        assert (made.review_by, made.is_default, made.number) == (date(2027, 2, 1), True, 1)

    def test_it_is_shown_again_as_it_was_typed_and_saves_unchanged(self, login):
        client = login("director")
        client.post(url("profile_new"), TYPED)
        made = CustomerProfile.objects.get()
        page = client.get(url("profile_edit", made.pk))
        form, pains = page.context["form"], page.context["pains"]
        again = {name: form[name].value() or "" for name in form.fields} | {"version": made.version}
        again |= {f"pains-{i}-{n}": f[n].value() or "" for i, f in enumerate(pains) for n in f.fields}
        again |= {"pains-TOTAL_FORMS": len(pains.forms), "pains-INITIAL_FORMS": pains.initial_form_count()}

        client.post(url("profile_edit", made.pk), again | {"stage": "confirm"})

        assert CustomerProfile.objects.values().get() == CustomerProfile.objects.filter(pk=made.pk).values().get()
        assert CustomerProfile.objects.get().version == made.version
        assert history_of(made).count() == 1

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"budget": "40-90"}, "写成 20-50万"),
            ({"staff": "很多"}, "看不懂数量"),
            ({"fit": "50"}, "加起来要等于 100，现在是 110"),
            ({"threshold": "11"}, "分数线在 0 到 10 之间"),
            ({"watch_after_months": "0"}, "1 到 60 个月"),
            ({"name": ""}, "必填"),
            ({"pains-0-text": ""}, "还要写痛点本身"),
            ({"review_by": "明天"}, "日期"),
        ],
    )
    def test_what_cannot_be_is_refused_in_words_and_kept(self, login, change, said):
        response = login("director").post(url("profile_new"), TYPED | change)

        assert response.status_code == 422
        assert said in text(response)
        assert "制造业、汽车零部件" in text(response)
        assert not CustomerProfile.objects.exists()

    def test_everything_that_is_wrong_is_said_at_once(self, login):
        wrong = TYPED | {"budget": "40-90", "fit": "50", "threshold": "11", "pains-0-text": ""}
        response = login("director").post(url("profile_new"), wrong)
        for said in ("没有单位", "现在是 110", "0 到 10", "还要写痛点本身"):
            assert said in text(response)

    def test_a_name_is_had_once(self, login, profile):
        response = login("director").post(url("profile_new"), TYPED | {"name": profile.name})
        assert response.status_code == 422
        assert "已经有了" in text(response)

    def test_every_change_makes_a_version_and_is_told(self, login, profile, monkeypatch):
        told = []
        monkeypatch.setattr(hooks, "on_profile_changed", [lambda p, now: told.append(p.number)])
        response = login("director").post(url("profile_edit", profile.pk), SURE | {"version": 1})

        assert response.status_code == 302
        profile.refresh_from_db()
        assert (profile.number, profile.version, told) == (2, 2, [2])
        changes = history_of(profile).first().changes
        assert changes["staff"] == ["100-500人", "200-800人"]
        assert changes["weight_fit"] == ["25%", "40%"]
        page = text(login("rep").get(url("profile", profile.pk)))
        assert "修改了画像 · 版本 2" in page
        assert "<del>100-500人</del>" in page

    def test_what_no_score_depends_on_tells_nobody(self, company, now, profile, monkeypatch):
        told = []
        monkeypatch.setattr(hooks, "on_profile_changed", [lambda p, now: told.append(p)])
        draft = ProfileDraft(name="新名字", content=content_of(profile))
        saved = actions.save_profile(profile=profile, version=1, draft=draft, by=company.by("director"), now=now)
        assert (saved.number, saved.version, told) == (1, 2, [])

    def test_who_saves_second_sees_both_sides_and_loses_nothing(self, login, profile):
        client = login("director")
        client.post(url("profile_edit", profile.pk), SURE | {"version": 1})

        response = client.post(url("profile_edit", profile.pk), SURE | {"version": 1, "staff": "5人"})

        assert response.status_code == 409
        assert "有人先保存了" in text(response)
        assert "200-800人" in text(response)
        assert 'value="5人"' in text(response)
        assert content_of(CustomerProfile.objects.get()).staff == Span(200, 800)

    def test_a_default_does_not_leave_its_market(self, login, profile):
        response = login("director").post(url("profile_edit", profile.pk), TYPED | {"version": 1, "market": "toc"})
        assert response.status_code == 422

    def test_one_default_a_market(self, login, profile):
        client = login("director")
        client.post(url("profile_new"), TYPED)
        other = CustomerProfile.objects.get(name="华东制造")
        assert not other.is_default

        client.post(url("profile_default", other.pk))

        assert list(CustomerProfile.objects.filter(is_default=True)) == [other]


class TestRights:
    READ = ["index", "history"]
    WRITE = ["profile_new", "profile_import", "campaign_new"]

    @pytest.mark.parametrize("who", ["rep", "team_lead", "director", "process_owner", "auditor"])
    def test_who_reads(self, login, who, profile, campaign, playbook):
        client = login(who)
        pages = [url(name) for name in self.READ]
        pages += [url("profile", profile.pk), url("profile_export", profile.pk), url("campaign", campaign.pk)]
        assert {client.get(page).status_code for page in pages} == {200}

    @pytest.mark.parametrize("who", ["collaborator", "admin"])
    def test_who_does_not(self, login, who, profile, campaign):
        client = login(who)
        pages = [url(n) for n in (*self.READ, *self.WRITE)] + [url("profile", profile.pk), url("campaign", campaign.pk)]
        assert {client.get(page).status_code for page in pages} == {403}

    @pytest.mark.parametrize("who", ["rep", "team_lead", "auditor"])
    def test_readers_do_not_write(self, login, who, profile, campaign):
        client = login(who)
        forms = [url(n) for n in self.WRITE] + [url("profile_edit", profile.pk), url("campaign_edit", campaign.pk)]
        verbs = [url(f"campaign_{v}", campaign.pk) for v in ("start", "tick", "untick")]
        verbs += [url("profile_default", profile.pk), url("history_import")]
        assert {client.get(page).status_code for page in forms} == {403}
        assert {client.post(page).status_code for page in [*forms, *verbs]} == {403}
        assert "编辑" not in text(client.get(url("profile", profile.pk))).split("page-actions")[1].split("</div>")[0]

    def test_what_is_not_there_is_404(self, login):
        client = login("director")
        for name in ("profile", "profile_edit", "profile_export", "campaign", "campaign_edit"):
            assert client.get(url(name, 999)).status_code == 404
        for name in ("profile_default", "campaign_start", "campaign_tick", "campaign_untick"):
            assert client.post(url(name, 999)).status_code == 404

    def test_a_stranger_is_asked_to_log_in(self, client, profile):
        assert client.get(url("profile", profile.pk)).status_code == 302

    def test_a_save_without_a_version_is_404(self, login, profile):
        assert login("director").post(url("profile_edit", profile.pk), TYPED).status_code == 404


class TestTable:
    def upload(self, client, rows, name="来自清单", filename="清单.xlsx"):
        target = io.BytesIO()
        write_table(target, headers=rows[0], rows=rows[1:])
        return client.post(
            url("profile_import"), {"name": name, "file": SimpleUploadedFile(filename, target.getvalue())}
        )

    def test_in_and_out_again(self, login, tmp_path):
        client = login("director")
        response = self.upload(client, TEMPLATE_1)
        assert response.status_code == 200
        made = CustomerProfile.objects.get(name="来自清单")
        assert url("profile", made.pk) in text(response)

        out = tmp_path / "out.xlsx"
        out.write_bytes(client.get(url("profile_export", made.pk)).content)
        with open_table(out) as table:
            assert (table.headers, *(tuple(row.cells) for row in table.rows())) == TEMPLATE_1

    def test_rejected_rows_say_how_to_write_them(self, login):
        response = self.upload(login("director"), [TEMPLATE_1[0], TEMPLATE_1[1], ("企业规模", "", "中等")])
        assert "100-500人" in text(response)
        assert CustomerProfile.objects.exists()

    @pytest.mark.parametrize(
        ("file", "said"),
        [
            (SimpleUploadedFile("x.xlsx", b"not a table at all \x00\x01"), "xlsx"),
            (SimpleUploadedFile("x.csv", b"a,b\n1,2\n"), "缺少列"),
            (SimpleUploadedFile("x.csv", b""), "空"),
        ],
    )
    def test_a_file_that_is_none_is_refused(self, login, file, said):
        response = login("director").post(url("profile_import"), {"name": "x", "file": file})
        assert response.status_code == 422
        assert said in text(response)
        assert not CustomerProfile.objects.exists()


class TestCampaign:
    SAID = {
        "name": "二季度",
        "starts_on": "2027-04-01",
        "ends_on": "2027-06-30",
        "company_goal": "新签 300 万",
        "profile": "",
        "product": "",
    }

    def test_planned_by_form(self, login, company, profile):
        response = login("director").post(
            url("campaign_new"), self.SAID | {"owner": company.director.pk, "profile": profile.pk}
        )
        made = Campaign.objects.get()
        assert response["Location"] == url("campaign", made.pk)
        assert Aim.objects.get().profile == profile

    def test_a_reversed_period_is_refused(self, login, company):
        wrong = self.SAID | {"owner": company.director.pk, "ends_on": "2027-01-01"}
        response = login("director").post(url("campaign_new"), wrong)
        assert response.status_code == 422
        assert "结束日期不能早于开始日期" in text(response)

    def test_somebody_who_may_not_cannot_own_it(self, login, company):
        response = login("director").post(url("campaign_new"), self.SAID | {"owner": company.rep.pk})
        assert response.status_code == 422

    def test_who_saves_second_sees_both_sides(self, login, company, campaign):
        client = login("director")
        said = self.SAID | {"owner": company.director.pk, "version": 1}
        client.post(url("campaign_edit", campaign.pk), said)
        response = client.post(url("campaign_edit", campaign.pk), said | {"name": "三季度"})
        assert response.status_code == 409
        assert "二季度" in text(response)
        assert 'value="三季度"' in text(response)
        assert Campaign.objects.get().name == "二季度"

    def test_another_aim_rescores(self, company, now, campaign, monkeypatch):
        other = actions.create_profile(draft=ProfileDraft(name="别的"), by=company.by("director"), now=now)
        told = []
        monkeypatch.setattr(hooks, "on_profile_changed", [lambda p, now: told.append(p.name)])
        same = CampaignPlan("2027 一季度", date(2027, 1, 1), date(2027, 3, 31), company.director.pk)
        for version, aim in ((1, other), (2, None)):
            actions.replan_campaign(
                campaign=campaign, version=version, plan=same, profile=aim, by=company.by("director"), now=now
            )
        assert told == ["别的", "ToB 企业服务"]


@pytest.fixture
def ready(monkeypatch):
    """What the other rooms of step 1 would say when all is prepared."""
    facts = {"market_analysed": 1, "goals_broken_down": 1, "resources_allocated": True}
    monkeypatch.setattr(hooks, "campaign_facts", [lambda campaign: facts])


@pytest.mark.usefixtures("playbook")
class TestStart:
    def test_a_closed_gate_names_everything_that_is_missing_with_the_way_there(self, login, company, now):
        empty = actions.create_profile(draft=ProfileDraft(name="空"), by=company.by("director"), now=now)
        campaign = plan(company, now, profile=empty)

        response = login("director").post(url("campaign_start", campaign.pk))

        assert response.status_code == 422
        refused = text(response).split("notice-red")[1].split("</ul>")[0]
        assert "画像的五个维度都已填写（0 / 5）" in refused
        assert url("profile_edit", empty.pk) in refused
        for title, place in (
            ("市场与竞品分析已完成", reverse("markets:analysis", args=[campaign.pk])),
            ("目标已拆到阶段和个人", reverse("goals:index")),
        ):
            assert title in refused
            assert place in refused
        assert Campaign.objects.get().started_at is None

    def test_what_is_ready_opens_the_gate(self, login, campaign, ready):
        client = login("director")
        assert "可以启动" in text(client.get(url("campaign", campaign.pk)))

        assert client.post(url("campaign_start", campaign.pk)).status_code == 302
        assert Campaign.objects.get().started_at is not None
        assert history_of(campaign).first().facts == {"profile": "ToB 企业服务", "number": 1}

    def test_a_campaign_starts_once(self, login, campaign, ready):
        client = login("director")
        client.post(url("campaign_start", campaign.pk))
        response = client.post(url("campaign_start", campaign.pk))
        assert response.status_code == 422
        assert "已经启动" in text(response)

    def test_a_key_action_is_ticked_with_a_note_and_taken_back(self, login, campaign):
        client = login("director")
        client.post(url("campaign_tick", campaign.pk), {"item": "targeting-market", "note": "见共享盘"})
        page = text(client.get(url("campaign", campaign.pk)))
        assert "取消勾选：市场与竞品分析" in page
        assert "见共享盘" in page
        client.post(url("campaign_untick", campaign.pk), {"item": "targeting-market"})
        assert "勾选完成：市场与竞品分析" in text(client.get(url("campaign", campaign.pk)))

    def test_an_item_of_another_step_or_one_that_facts_prove_is_refused(self, login, campaign):
        for said in ({"item": "leads-x"}, {"item": "targeting-dimensions"}, {}):
            assert login("director").post(url("campaign_tick", campaign.pk), said).status_code == 422

    def test_htmx_gets_the_region(self, login, campaign):
        response = login("director").post(
            url("campaign_tick", campaign.pk), {"item": "targeting-market", "note": ""}, headers={"HX-Request": "true"}
        )
        assert response.status_code == 200
        assert text(response).lstrip().startswith('<div id="campaign">')


@pytest.mark.usefixtures("playbook")
class TestParts:
    def part(self, **said):
        return hooks.Part(
            **{"key": "market", "title": "市场分析", "state": "begun", "text": "差竞品", "url": "/m/"} | said
        )

    @pytest.fixture
    def parts(self, monkeypatch):
        """Two other rooms, as the page sees them."""
        goals = self.part(
            key="goals", title="目标拆解", state="missing", text="还没有", url="/g/", kinds=("goals_broken_down",)
        )
        market = self.part(review_by=date(2020, 1, 1), kinds=("market_analysed",))
        monkeypatch.setattr(hooks, "campaign_parts", [lambda c, who, today: [market], lambda c, who, today: [goals]])

    def test_each_part_has_its_state_and_its_place(self, login, campaign, parts):
        page = text(login("rep").get(url("campaign", campaign.pk)))
        order = [page.index(f'id="part-{key}"') for key in ("market", "profile", "goals")]
        assert order == sorted(order)
        for said in ("差竞品", 'href="/m/"', "复核已到期", "ToB 企业服务 · 版本 1 · 已填 5/5 个维度", 'href="/g/"'):
            assert said in page

    def test_the_guidance_of_step_1_stands_beside(self, login, campaign):
        page = text(login("rep").get(url("campaign", campaign.pk)))
        for said in ("市场与竞品分析", "话术与模板", "好的例子", "常见错误"):
            assert said in page

    def test_a_review_date_must_be_set_everywhere(self, campaign, profile, monkeypatch):
        assert facts_about(campaign)["review_dates_set"] is False
        CustomerProfile.objects.update(review_by=date(2027, 1, 1))
        monkeypatch.setattr(hooks, "campaign_facts", [lambda c: {"review_dates_set": True, "other": 3}])
        assert facts_about(campaign) == {"profile_dimensions": 5, "review_dates_set": True, "other": 3}
        monkeypatch.setattr(hooks, "campaign_facts", [lambda c: {"review_dates_set": False}])
        assert facts_about(campaign)["review_dates_set"] is False

    def test_after_the_start_its_leads_are_counted_with_their_lists(self, login, company, now, campaign):
        draft = LeadDraft(company="甲公司", phone="13800000001", campaign_id=campaign.pk)
        leads.create_lead(draft=replace(draft, owner_id=company.rep.pk), by=company.by("director"), now=now)
        leads.create_lead(
            draft=replace(draft, company="乙公司", phone="13800000002"), by=company.by("director"), now=now
        )
        Campaign.objects.update(started_at=now)

        seen = {
            who: {f.title: f.count for f in login(who).get(url("campaign", campaign.pk)).context["leads"]}
            for who in ("director", "rep", "other_team", "auditor")
        }

        assert seen["director"] == {"线索": 2, "跟进中": 2, "高潜力": 0, "已转商机": 0, "公海里": 1}
        assert (seen["rep"]["线索"], seen["other_team"]["线索"], seen["auditor"]["线索"]) == (1, 0, 2)
        for figure in login("rep").get(url("campaign", campaign.pk)).context["leads"]:
            listed = login("rep").get(figure.url)
            assert listed.status_code == 200
            assert ("甲公司" in text(listed)) is (figure.count == 1 and figure.title != "公海里")


class TestHistory:
    FILE = "客户,行业,金额(万元),创建日期,关闭日期,结果\n甲,制造业,50,2025-01-01,2025-03-01,赢单\n乙,制造业,0,2025-01-01,2025-02-01,输单\n丙,教育,8,2025-01-01,,进行中\n"

    def upload(self, client, data=None, name="历史.csv"):
        content = (data or self.FILE).encode()
        return client.post(url("history_import"), {"file": SimpleUploadedFile(name, content)})

    def test_a_file_is_taken_and_read(self, login):
        response = self.upload(login("director"))

        page = text(response)
        assert response.status_code == 200
        assert "新增 2" in page
        assert "还没有结束 1" in page
        assert PastDeal.objects.count() == 2
        page = text(login("rep").get(url("history")))
        assert "50.0%" in page
        assert "制造业" in page

    def test_a_file_without_an_outcome_is_refused(self, login):
        response = self.upload(login("director"), "客户,备注\n甲,乙\n")
        assert response.status_code == 422
        assert "没有一列说明结果" in text(response)

    def test_no_file_is_refused(self, login):
        assert login("director").post(url("history_import")).status_code == 422

    def test_an_empty_history_says_what_belongs_there(self, login):
        assert "还没有已结束的商机" in text(login("rep").get(url("history")))


class TestQueries:
    def count(self, client, page):

        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        return len(queries)

    def test_the_index_costs_the_same_for_one_and_three(
        self, login, company, now, profile, campaign, django_assert_max_num_queries
    ):
        client = login("director")
        one = self.count(client, url("index"))
        for number in (2, 3):
            other = actions.create_profile(
                draft=ProfileDraft(name=f"画像 {number}"), by=company.by("director"), now=now
            )
            plan(company, now, name=f"计划 {number}", profile=other)
        assert self.count(client, url("index")) == one

    def test_a_profile_costs_the_same_however_long_its_history(
        self, login, company, now, profile, django_assert_max_num_queries
    ):
        client = login("director")
        one = self.count(client, url("profile", profile.pk))
        for number in (2, 3):
            draft = ProfileDraft(name=f"名字 {number}", content=content_of(profile))
            profile = actions.save_profile(
                profile=profile, version=profile.version, draft=draft, by=company.by("director"), now=now
            )
            plan(company, now, name=f"计划 {number}", profile=profile)
        assert self.count(client, url("profile", profile.pk)) == one

    def test_a_campaign_costs_the_same_however_much_is_ticked(self, login, campaign, playbook):
        client = login("director")
        client.post(url("campaign_tick", campaign.pk), {"item": "targeting-market", "note": ""})
        one = self.count(client, url("campaign", campaign.pk))
        for item in ("targeting-profile", "targeting-resources"):
            client.post(url("campaign_tick", campaign.pk), {"item": item, "note": "见纪要"})
        assert self.count(client, url("campaign", campaign.pk)) == one
