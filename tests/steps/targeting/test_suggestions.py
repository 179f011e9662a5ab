"""What history and products suggest for a profile, and taking it in."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.steps.targeting.closed import past
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.services.exchange.reading import open_table
from tuoke.spine.catalog.models import Product
from tuoke.spine.catalog.rules import PainHelp, ProductFits
from tuoke.steps.targeting import actions
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.queries import Which, content_of, evidence, version_of
from tuoke.steps.targeting.rules import Pain, ProfileContent, ProfileDraft, Span
from tuoke.steps.targeting.rules.evidence import Cut, Group, Tally
from tuoke.steps.targeting.rules.history import KNOWN_HEADERS
from tuoke.steps.targeting.rules.offers import offers_of
from tuoke.steps.targeting.rules.suggestions import State, accepted, findings, suggestions


def cut(field, **values):
    return Cut(field, tuple(Group(value, Tally(n=n, won=won)) for value, (won, n) in values.items()))


def states(found, content=None, minimum=20, market="tob"):
    judged = findings(found, content or ProfileContent(), market=market, minimum=minimum)
    return {finding.value: finding.state for finding in judged}


class TestRules:
    def test_a_value_that_wins_more_often_is_suggested_and_one_that_loses_is_left_out(self):
        industries = cut("industry", 制造业=(80, 100), 教育=(20, 100), 零售=(50, 100))
        assert states(industries) == {"制造业": State.ADD, "教育": State.AVOID, "零售": State.ALIKE}
        held = ProfileContent(industries=("制造", "教育行业"))
        assert states(industries, held) == {"制造业": State.HELD, "教育": State.DROP, "零售": State.ALIKE}

    def test_never_on_fewer_than_the_minimum_in_the_value_or_outside(self):
        assert states(cut("industry", 甲=(19, 19), 乙=(0, 500))) == {"甲": State.THIN, "乙": State.ALONE}
        assert states(cut("industry", 甲=(20, 20), 乙=(0, 19))) == {"甲": State.ALONE, "乙": State.THIN}
        assert states(cut("industry", 甲=(20, 20), 乙=(0, 20))) == {"甲": State.ADD, "乙": State.AVOID}

    def test_what_is_missing_is_counted(self):
        thin, alone = findings(cut("industry", 甲=(12, 12), 乙=(0, 500)), ProfileContent(), market="tob", minimum=20)
        assert (thin.missing, alone.missing) == (8, 8)

    def test_many_values_need_clearer_evidence(self):
        """59 of 100 against 45 % elsewhere is enough alone and not enough among twenty."""
        others = {f"值{i}": (45, 100) for i in range(19)}
        assert states(cut("industry", 甲=(59, 100), 其余=(855, 1900)))["甲"] is State.ADD
        assert states(cut("industry", 甲=(59, 100), **others))["甲"] is State.ALIKE
        found = findings(cut("industry", 甲=(59, 100), **others), ProfileContent(), market="tob", minimum=20)
        assert found[0].confidence == pytest.approx(1 - 0.05 / 20)

    def test_values_with_too_few_cases_do_not_make_the_others_harder(self):
        small = {f"值{i}": (1, 2) for i in range(50)}
        found = findings(
            cut("industry", 甲=(80, 100), 乙=(20, 100), **small), ProfileContent(), market="tob", minimum=20
        )
        assert found[0].confidence == pytest.approx(0.975)

    def test_sizes_become_one_range(self):
        sizes = {"1-49人": (10, 100), "50-99人": (45, 100), "100-499人": (80, 100), "500-999人": (75, 100)}
        found = {f.value: f for f in findings(cut("size", **sizes), ProfileContent(), market="tob", minimum=20)}
        first = accepted(ProfileContent(), found["100-499人"], market="tob")
        assert first.staff == Span(100, 499)
        again = {f.value: f for f in findings(cut("size", **sizes), first, market="tob", minimum=20)}
        assert (again["100-499人"].state, again["500-999人"].state) == (State.HELD, State.ADD)
        assert accepted(first, again["500-999人"], market="tob").staff == Span(100, 999)

    def test_a_range_does_not_reach_over_sizes_that_lose(self):
        sizes = cut("size", **{"1-49人": (80, 100), "50-99人": (5, 100), "100-499人": (60, 100)})
        assert states(sizes, ProfileContent(staff=Span(100, 499)))["1-49人"] is State.STRETCH

    @pytest.mark.parametrize(
        ("staff", "state", "left"),
        [
            (Span(50, 499), State.DROP, Span(100, 499)),
            (Span(10, 99), State.DROP, Span(10, 49)),
            (Span(10, 499), State.STRETCH, None),
            (Span(60, 80), State.STRETCH, None),
        ],
    )
    def test_a_size_that_loses_is_cut_off_at_an_end(self, staff, state, left):
        sizes = cut("size", **{"50-99人": (10, 100), "100-499人": (80, 100)})
        found = findings(sizes, ProfileContent(staff=staff), market="tob", minimum=20)[0]
        assert found.state is state
        if left:
            assert accepted(ProfileContent(staff=staff), found, market="tob").staff == left

    def test_what_a_profile_has_no_place_for_is_only_told(self):
        assert states(cut("product", 甲=(90, 100), 乙=(10, 100)))["甲"] is State.UNPLACED
        assert states(cut("size", 大型=(90, 100), 小型=(10, 100)))["大型"] is State.UNPLACED
        assert states(cut("industry", 甲=(90, 100), 乙=(10, 100)), market="toc")["甲"] is State.UNPLACED
        assert states(cut("region", 江苏=(90, 100), 其他=(10, 100)), market="toc")["江苏"] is State.ADD

    def test_only_the_named_value_goes_and_the_order_stays(self):
        content = ProfileContent(sources=("展会", "官网", "其他"))
        found = findings(cut("source", 官网=(5, 100), 展会=(80, 100)), content, market="tob", minimum=20)
        drop = next(f for f in suggestions(found) if f.value == "官网")
        assert accepted(content, drop, market="tob").sources == ("展会", "其他")

    def test_a_profile_that_is_full_takes_no_more(self):
        content = ProfileContent(industries=tuple(f"行业{i}" for i in range(40)))
        assert states(cut("industry", 甲=(90, 100), 乙=(10, 100)), content)["甲"] is State.STRETCH


@pytest.fixture
def profile(company, now):
    return actions.plant_default(by=company.by("director"), now=now)


@pytest.fixture
def closed():
    past(80, 20, industry="制造业", region="江苏")
    past(20, 80, industry="SaaS", region="广东")
    past(12, 0, industry="医药")


def accept(profile, company, now, *, field="industry", value="制造业", version=None, who="director"):
    return actions.accept_suggestion(
        profile=profile, version=version or profile.version, field=field, value=value, which=Which.BOTH,
        by=company.by(who), now=now,
    )  # fmt: skip


@pytest.mark.django_db
class TestAccepting:
    def test_one_click_makes_a_version_that_carries_its_evidence(self, company, now, profile, closed):
        saved = accept(profile, company, now)

        assert content_of(saved).industries == ("SaaS", "信息技术", "制造业")
        note = version_of(saved, 2, who=company.by("rep")).note
        for figure in ("制造业", "100 单", "80.0%", "112 单", "28.6%", "+51.4"):
            assert figure in note

    def test_what_loses_is_left_out(self, company, now, profile, closed):
        assert content_of(accept(profile, company, now, value="SaaS")).industries == ("信息技术",)

    @pytest.mark.parametrize(
        ("field", "value"), [("industry", "医药"), ("industry", "火星"), ("outcome", "won"), ("product", "制造业")]
    )
    def test_what_is_not_suggested_is_refused(self, company, now, profile, closed, field, value):
        with pytest.raises(Refused) as refused:
            accept(profile, company, now, field=field, value=value)
        assert [reason.code for reason in refused.value.verdict.reasons] == ["not_suggested"]
        assert CustomerProfile.objects.get().number == 1

    def test_a_stale_click_is_a_conflict(self, company, now, profile, closed):
        accept(profile, company, now)
        with pytest.raises(Conflict):
            accept(profile, company, now, value="SaaS", version=1)

    def test_a_higher_minimum_silences_it(self, company, now, profile, closed):
        draft = replace(actions.draft_of(profile), minimum_cases=200)
        strict = actions.save_profile(profile=profile, version=1, draft=draft, by=company.by("director"), now=now)
        with pytest.raises(Refused):
            accept(strict, company, now)

    def test_who_may_not_write_accepts_nothing(self, company, now, profile, closed):
        with pytest.raises(Refused):
            accept(profile, company, now, who="rep")


@pytest.mark.django_db
class TestPage:
    def page(self, client, **asked):
        return client.get(reverse("targeting:history"), asked)

    def post(self, client, profile, name="accept", **said):
        typed = {"version": profile.version, "field": "industry", "value": "制造业", "deals": "both"} | said
        return client.post(reverse(f"targeting:profile_{name}", args=[profile.pk]), typed)

    def test_accept_and_undo(self, login, profile, closed):
        client = login("director")
        page = self.page(client).content.decode()
        assert "加入行业" in page
        assert "还差 8 单" in page

        response = self.post(client, profile)

        assert response.status_code == 302
        page = client.get(response["Location"].split("#")[0]).content.decode()
        assert "已采纳，画像现在是版本 2" in page
        undo = reverse("targeting:profile_restore", args=[profile.pk, 1]) + "?version=2"
        assert undo in page.replace("&amp;", "&")
        assert client.post(undo).status_code == 302
        profile.refresh_from_db()
        assert (profile.number, content_of(profile).industries) == (3, ("SaaS", "信息技术"))

    def test_a_stale_click_is_told_and_changes_nothing(self, login, profile, closed):
        client = login("director")
        self.post(client, profile)
        response = self.post(client, profile, value="SaaS")
        assert response.status_code == 409
        assert "刚刚被别人改过" in response.content.decode()
        assert CustomerProfile.objects.get().number == 2

    def test_a_forged_click_is_refused(self, login, profile, closed):
        client = login("director")
        assert self.post(client, profile, value="火星").status_code == 422
        assert self.post(client, profile, deals="all").status_code == 404
        assert self.post(client, profile, version="x").status_code == 404
        assert self.post(client, CustomerProfile(pk=99, version=1)).status_code == 404

    def test_readers_see_and_do_not_click(self, login, profile, closed):
        page = self.page(login("rep")).content.decode()
        assert "加入行业" in page
        assert "采纳</button>" not in page
        for name in ("accept", "take"):
            assert self.post(login("rep"), profile, name=name).status_code == 403
        assert self.page(login("collaborator")).status_code == 403

    def test_without_evidence_the_page_says_how_much_is_missing(self, login, profile):
        past(9, 0, industry="制造业")
        page = self.page(login("director")).content.decode()
        assert "历史没有给出建议" in page
        assert "一共只有 9 单" in page

    @pytest.mark.parametrize("asked", [{"profile": "x"}, {"profile": "99"}, {"deals": "all"}, {"order": "id; drop"}])
    def test_a_wrong_filter_is_said(self, login, profile, closed, asked):
        assert self.page(login("director"), **asked).status_code == 422

    def test_every_filter_answers(self, login, profile, closed):
        client = login("director")
        for asked in (
            {"deals": "own"},
            {"deals": "imported"},
            {"profile": ""},
            {"order": "cycle"},
            {"order": "amount"},
        ):
            assert self.page(client, **asked).status_code == 200

    def test_a_thousand_values_are_not_all_drawn(self, login, profile):
        for number in range(150):
            past(1, 0, industry=f"行业{number}")
        page = self.page(login("director")).content.decode()
        assert page.count("<tr") < 140
        assert "还有 38 个分组没有列出" in page


@pytest.mark.django_db
def test_maven_has_nothing_to_suggest(shared_data, company, now):
    """8,800 made-up opportunities without a signal: after the correction for many values nothing separates."""
    director = company.by("director")
    with open_table(shared_data / "maven_crm" / "sales_pipeline.csv", known_headers=KNOWN_HEADERS) as table:
        actions.import_history(
            table=table, mapping={"account": "industry", "sales_agent": "region"}, by=director, now=now
        )
    profile = actions.plant_default(by=director, now=now)
    found = evidence(director)
    judged = {
        finding.value: finding
        for cut in found.cuts
        for finding in findings(cut, content_of(profile), market="tob", minimum=20)
    }
    assert len(found.cut("product").groups) == 7
    assert len(found.cut("industry").groups) == 85
    assert len(judged) > 100
    suggested = suggestions(judged.values())
    assert len(suggested) <= 2, [(f.value, f.inside, f.outside) for f in suggested]


FITS = ProductFits(
    industries=("制造业", "SaaS"),
    staff=Span(200, 1000),
    revenue=Span(Decimal(10**8), None),
    pains=(PainHelp("换线停机时间长", "排程"), PainHelp("数据分散导致协作效率低")),
)


class TestOffers:
    def offers(self, content, market="tob"):
        price = Span(Decimal(300_000), Decimal(800_000))
        return offers_of(content, fits=FITS, price=price, custom_quote=True, market=market)

    def test_only_what_the_profile_does_not_say_yet(self):
        found = {offer.key: offer for offer in self.offers(actions.EXAMPLE)}
        assert list(found) == ["industry:制造业", "staff", "revenue", "pain:换线停机时间长"]
        assert (found["staff"].before, found["staff"].text) == ("100-500人", "200-1000人")
        assert found["industry:制造业"].content.industries == ("SaaS", "信息技术", "制造业")
        assert found["pain:换线停机时间长"].content.pains[-1] == Pain("换线停机时间长")

    def test_the_price_band_comes_first(self):
        found = self.offers(ProfileContent())
        assert [offer.key for offer in found][:2] == ["price", "custom_quote"]
        assert found[0].content.price == Span(Decimal(300_000), Decimal(800_000))

    def test_persons_have_no_industry(self):
        assert {offer.field for offer in self.offers(ProfileContent(), market="toc")} == {
            "price",
            "custom_quote",
            "pains",
        }

    def test_a_product_that_says_nothing_offers_nothing(self):
        nothing = Span(None, None)
        assert offers_of(ProfileContent(), fits=ProductFits(), price=nothing, custom_quote=False, market="tob") == ()


@pytest.mark.django_db
class TestProduct:
    @pytest.fixture
    def product(self):
        return Product.objects.create(
            name="数据平台", price_low=300_000, price_high=900_000, industries=["制造业"], custom_quote=True,
            pains=[{"pain": "换线停机时间长", "help": "排程"}],
        )  # fmt: skip

    def aimed(self, product, profile, company, now):
        draft = replace(actions.draft_of(profile), product_id=product.pk)
        return actions.save_profile(
            profile=profile, version=profile.version, draft=draft, by=company.by("director"), now=now
        )

    def test_taken_with_one_click(self, login, product, profile, company, now):
        aimed, client = self.aimed(product, profile, company, now), login("director")
        page = client.get(reverse("targeting:history"), {"profile": profile.pk}).content.decode()
        assert "industry:制造业" in page

        url = reverse("targeting:profile_take", args=[profile.pk])
        assert client.post(url, {"version": aimed.version, "key": "industry:制造业"}).status_code == 302
        profile.refresh_from_db()
        assert "制造业" in content_of(profile).industries
        assert "数据平台" in version_of(profile, 2, who=company.by("rep")).note
        assert client.post(url, {"version": aimed.version, "key": "price"}).status_code == 409
        assert client.post(url, {"version": profile.version, "key": "industry:制造业"}).status_code == 422

    def test_without_a_product_nothing_is_offered(self, login, profile):
        url = reverse("targeting:profile_take", args=[profile.pk])
        assert login("director").post(url, {"version": 1, "key": "price"}).status_code == 422

    def test_a_new_profile_of_nothing(self, company, now):
        made = actions.create_profile(draft=ProfileDraft("空"), by=company.by("director"), now=now)
        assert content_of(made) == ProfileContent()
