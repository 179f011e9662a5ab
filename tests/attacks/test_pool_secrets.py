"""S2.6: whom to call of what waits in the pool is neither read nor guessed, piece by piece, through any room."""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.attacks.tools import HTMX, a_client, said_by
from tests.steps.leads.drafts import ready
from tuoke.services.search.actions import index
from tuoke.spine.customers import actions as customers
from tuoke.spine.customers.models import Customer, Lead, Merge
from tuoke.spine.customers.rules import CustomerDraft
from tuoke.spine.followups.models import FollowUp
from tuoke.steps.leads import actions as leads
from tuoke.steps.leads.models import BulkRun
from tuoke.steps.outreach.calls.models import Call
from tuoke.steps.outreach.models import BackgroundEvent, Concern, Profile

pytestmark = pytest.mark.django_db
NUMBER = "+8613698765432"
PIECES = (
    "98765",
    "8765",
    "13698765",
    "136 9876",
    "5432",
    "65432",
    "贾宝玉",
    "宝玉",
    "jby",
    "jiaby",
    "jiaby@",
    "长风 8765",
)
OPEN = ("长风精密", "cfjm", "排产")


@pytest.fixture
def pooled(company, playbook):
    """Claimed by nobody; its wish says the number once more."""
    draft = ready(
        company="长风精密有限公司", contact="贾宝玉", phone=NUMBER, email="jiaby@example.com", wechat="jiaby-88",
        want="排产系统，请打 13698765432 找贾宝玉",
    )  # fmt: skip
    return leads.create_lead(draft=draft, by=company.by("team_lead"), now=timezone.now())


def listed(client, path):
    return "长风精密" in said_by(client.get(path, headers=HTMX))


ROOMS = ("/leads/?tab=pool&q={}", "/search/?q={}", "/leads/export/?tab=pool&q={}")


@pytest.mark.parametrize("room", ROOMS)
def test_no_piece_of_the_contact_finds_a_lead_of_the_pool(room, pooled, company):
    rep, lead = a_client(company.rep), a_client(company.team_lead)
    found = {piece for piece in PIECES if listed(rep, room.format(quote(piece)))}
    assert found == set()
    assert all(listed(rep, room.format(quote(word))) for word in OPEN)
    assert all(listed(lead, room.format(quote(piece))) for piece in PIECES)


@pytest.mark.parametrize("number", ["13698765432", "136-9876-5432", "+86 136 9876 5432"])
def test_who_knows_the_whole_number_finds_it(number, pooled, company):
    rep = a_client(company.rep)
    for room in ROOMS:
        assert listed(rep, room.format(quote(number))), room
    assert "长风精密" in rep.get("/leads/duplicates/", {"phone": number}, headers=HTMX).content.decode()
    assert "长风精密" not in rep.get("/leads/duplicates/", {"phone": number[:-1]}, headers=HTMX).content.decode()


def test_nor_is_it_counted_or_chosen_by_a_piece(pooled, company):
    rep = a_client(company.rep)
    for piece, number in (("8765", 0), ("宝玉", 0), ("长风", 1)):
        query = f"tab=pool&q={quote(piece)}"
        assert f"{number} " in rep.get(f"/leads/count/?{query}", headers=HTMX).content.decode()
        rep.post("/leads/bulk/", {"verb": "claim", "all": "1", "query": query})
        assert BulkRun.objects.count() == number


@pytest.fixture
def spoken_of(pooled, company):
    """Everything that the rooms of the first contact keep of a lead; it was noted before he went back into the pool."""
    now, rep = timezone.now(), company.rep
    noted = {"lead": pooled, "by": rep, "created_at": now}
    BackgroundEvent.objects.create(
        kind="people",
        happened_on=now.date(),
        title="贾宝玉升任总监",
        note="他的号 98765",
        link="https://98765.example/",
        **noted,
    )
    Concern.objects.create(text="贾宝玉怕麻烦", source="98765", noted_on=now.date(), **noted)
    Profile.objects.create(kind="linkedin", link="https://x.example/jiaby", title="贾宝玉", seen_on=now.date(), **noted)
    said = FollowUp.objects.create(
        lead=pooled, at=now, channels=["phone"], outcome="progress", summary="贾宝玉说对账慢", by=rep, created_at=now
    )
    call = Call.objects.create(follow_up=said, by=rep, reached="reached", started_at=now, pains="贾宝玉嫌慢")
    return SimpleNamespace(lead=pooled, call=call)


def test_the_desk_the_sheet_and_the_letter_keep_the_secret(spoken_of, company, settings):
    """Also in the regions that a page asks for, in a form that is sent, in a preview and in a document."""
    settings.EMAIL_HOST = "localhost"
    pk, rep, leaks = spoken_of.lead.pk, a_client(company.rep), {}
    desk, letter = reverse("calls:lead", args=[pk]), f"{reverse('mails:write')}?lead={pk}"
    paths = [
        *(reverse(name, args=[pk]) for name in ("outreach:lead", "outreach:panel_lead", "mails:lead", "calls:lead")),
        *(reverse("outreach:export", args=["lead", pk, form]) for form in ("docx", "xlsx", "pdf")),
        *(f"{desk}?region={region}" for region in ("desk", "script", "contact")),
        letter, f"{letter}&to=lead", reverse("calls:detail", args=[spoken_of.call.pk]), f"/leads/{pk}/", f"/followups/?lead={pk}",
    ]  # fmt: skip
    posts = (desk, letter, f"{reverse('mails:preview')}?lead={pk}")
    answers = [(path, rep.get(path, headers=more)) for path in paths for more in ({}, HTMX)]
    answers += [
        (path, rep.post(path, data, headers=more))
        for path in posts
        for more in ({}, HTMX)
        for data in ({}, {"to": "lead"})
    ]
    for path, answer in answers:
        assert answer.status_code < 500, path
        if found := {word for word in ("宝玉", "98765", "9876 5", "jiaby") if word in said_by(answer)}:
            leaks[path, answer.request["REQUEST_METHOD"]] = found
    assert leaks == {}
    assert "贾宝玉" in said_by(a_client(company.team_lead).get(reverse("outreach:lead", args=[pk])))


def test_once_claimed_it_is_found_by_everything(pooled, company):
    leads.claim_lead(lead=pooled, by=company.by("rep"), now=timezone.now())
    rep = a_client(company.rep)
    assert all(listed(rep, f"/leads/?tab=mine&q={quote(piece)}") for piece in PIECES)
    assert all(listed(rep, f"/search/?q={quote(piece)}") for piece in PIECES)


def test_common_pieces_beyond_the_index_guess_nothing_either(pooled, company, monkeypatch):
    """More matches than the index is asked for are looked through row by row."""
    monkeypatch.setattr("tuoke.services.search.queries.matching_ids.__kwdefaults__", {"limit": 0})
    rep = a_client(company.rep)
    assert not any(listed(rep, f"/leads/?tab=pool&q={quote(piece)}") for piece in PIECES)
    assert listed(rep, "/leads/?tab=pool&q=长风")


def test_a_number_finds_no_customer_of_the_pool(company, playbook):
    draft = CustomerDraft(name="长风精密有限公司", phone=NUMBER, owner_id=company.rep.pk)
    customer = customers.create_customer(draft=draft, by=company.by("rep"), now=timezone.now())
    Customer.objects.filter(pk=customer.pk).update(owner=None, department=None)
    client = a_client(company.teammate)
    for piece in ("98765", "5432", "13698765432"):
        assert not listed(client, f"/leads/pool/customers/?q={piece}"), piece
    assert listed(client, "/leads/pool/customers/?q=长风")
    assert "98765" not in said_by(client.get("/leads/pool/customers/"))


def test_what_was_merged_tells_nobody_whom_to_call(pooled, company):
    """The lead that went into one of the pool, and what either said before, are not for who can't see its contact."""
    now = timezone.now()
    gone = Lead.objects.create(
        contact="贾宝玉", phone=NUMBER, party_key="x", status="merged", merged_into=pooled, created_at=now
    )
    changed = {
        "before": {"phone": NUMBER, "contact": "贾宝玉"},
        "after": {"phone": "+8613512345678", "contact": "贾政"},
    }
    merged = Merge.objects.create(lead=pooled, gone_lead=gone, at=now, by=company.team_lead, **changed)
    rep = a_client(company.rep)
    assert rep.get(f"/customers/merges/{merged.pk}/").status_code == 404
    assert rep.post(f"/customers/merges/{merged.pk}/").status_code == 404
    for path in (f"/customers/similar/lead/{pooled.pk}/", f"/leads/{pooled.pk}/", f"/leads/{gone.pk}/"):
        said = said_by(rep.get(path, follow=True))
        assert not {word for word in ("贾宝玉", "贾政", "98765", "12345678") if word in said}, path
    shown = said_by(a_client(company.team_lead).get(f"/customers/merges/{merged.pk}/"))
    assert "贾政" in shown


def test_a_name_in_a_comparison_is_no_way_around(pooled, company):
    """Who recommended a lead is told to those who may see him."""
    now = timezone.now()
    own = leads.create_lead(draft=ready(owner_id=company.rep.pk, company="长风精密", phone="+8613512340000", want="别的"), by=company.by("rep"), now=now)  # fmt: skip
    referrer = Customer.objects.create(name="秘密介绍人公司", name_key="x", owner=company.other_team, created_at=now)
    Lead.objects.filter(pk=own.pk).update(referrer=referrer)
    rep = a_client(company.rep)
    for path in (f"/leads/{own.pk}/", f"/leads/{own.pk}/edit/", f"/customers/compare/lead/{own.pk}/lead/{pooled.pk}/"):
        answer = rep.get(path)
        assert answer.status_code == 200, path
        assert not {word for word in ("秘密介绍人", "宝玉", "98765") if word in said_by(answer)}, path


def test_an_index_from_before_finds_nothing_in_the_pool(pooled, company):
    """A search text without parts hides all of it: better missing than told."""
    Lead.objects.filter(pk=pooled.pk).update(search_text="13698765432\n长风精密有限公司")
    index("lead", {pooled.pk: "13698765432\n长风精密有限公司"})
    assert not listed(a_client(company.rep), "/leads/?tab=pool&q=8765")
