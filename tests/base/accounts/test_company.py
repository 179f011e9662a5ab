"""The company's card: who may write it, what is refused, how its logo is served."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tuoke.base.accounts import queries
from tuoke.base.accounts.actions import set_company
from tuoke.base.accounts.models import Company
from tuoke.base.accounts.rules import CompanyDraft, image_type, may_be_company
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 40


def post(client, **said):
    given = {"name": "明远软件", "phone": "400-800-1234", "website": "https://example.com", "version": "0"}
    return client.post(reverse("company"), given | said)


def test_is_called_as_the_topmost_department_until_something_is_said(company):
    assert queries.company() == queries.CompanyCard("总部")


def test_an_administrator_writes_it_and_everybody_reads_it(login, django_assert_num_queries):
    answer = post(login("admin"), logo=SimpleUploadedFile("logo.png", PNG), address="上海")
    assert answer.status_code == 302
    with django_assert_num_queries(1):
        card = queries.company()
    assert (card.name, card.phone, card.address) == ("明远软件", "400-800-1234", "上海")
    served = Client().get(card.logo_url)
    assert (served.content, served["Content-Type"], served["X-Content-Type-Options"]) == (PNG, "image/png", "nosniff")
    assert "immutable" in served["Cache-Control"]
    assert Client().get(reverse("company_logo", args=["0" * 16])).status_code == 404
    assert Event.objects.get(kind="accounts.company_changed").changes["name"] == ["", "明远软件"]
    assert "明远软件" in login("team_lead").get(reverse("organisation")).content.decode()


def test_a_logo_stays_until_it_is_changed_or_taken_away(login):
    admin = login("admin")
    post(admin, logo=SimpleUploadedFile("logo.png", PNG))
    post(admin, version="1", phone="")
    assert Company.objects.get().logo is not None
    post(admin, version="2", without_logo="on")
    assert (Company.objects.get().logo, queries.company().logo_url) == (None, "")


def test_the_same_again_is_no_change(company, now):
    by, draft = company.by("admin"), CompanyDraft("明远软件")
    set_company(draft=draft, version=0, by=by, now=now)
    set_company(draft=draft, version=1, by=by, now=now)
    assert (Company.objects.get().version, Event.objects.filter(kind="accounts.company_changed").count()) == (1, 1)


def test_only_who_writes_the_organisation_may(company, login, now):
    for person in ("rep", "director", "auditor", "process_owner"):
        assert login(person).get(reverse("company")).status_code == 403
    with pytest.raises(Refused):
        set_company(draft=CompanyDraft("明远软件"), version=0, by=company.by("director"), now=now)


def test_a_stale_form_shows_both_sides(login, company, now):
    set_company(draft=CompanyDraft("先保存的"), version=0, by=company.by("admin"), now=now)
    answer = post(login("admin"), name="后保存的")
    assert answer.status_code == 409
    assert "先保存的" in answer.content.decode()
    assert "后保存的" in answer.content.decode()
    with pytest.raises(Conflict):
        set_company(draft=CompanyDraft("后保存的"), version=0, by=company.by("admin"), now=now)


@pytest.mark.parametrize(
    "draft, code",
    [
        (CompanyDraft(" "), "name_missing"),
        (CompanyDraft("x" * 81), "too_long"),
        (CompanyDraft("明远\0软件"), "broken"),
        (CompanyDraft("明远", website="javascript:alert(1)"), "website_not_http"),
        (CompanyDraft("明远", logo=PNG + b"\0" * 200_000), "logo_too_large"),
        (CompanyDraft("明远", logo=b"<svg onload=alert(1)>"), "logo_not_image"),
    ],
)
def test_what_is_refused(draft, code):
    assert code in may_be_company(draft).codes


def test_a_refused_form_keeps_what_was_typed(login):
    answer = post(login("admin"), name="明远", website="ftp://x", logo=SimpleUploadedFile("logo.png", b"<svg>"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "ftp://x" in page
    assert "https://" in page
    assert "PNG" in page


def test_a_picture_is_known_by_its_bytes():
    assert [image_type(b) for b in (PNG, b"\xff\xd8\xff\xe0", b"GIF89a", b"")] == ["image/png", "image/jpeg", "", ""]
