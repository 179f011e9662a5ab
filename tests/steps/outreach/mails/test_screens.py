import pytest
from django.urls import reverse

from tests.spine.followups.cases import a_contact, a_lead
from tuoke.services.notifications.models import Mail
from tuoke.spine.followups.models import FollowUp
from tuoke.steps.outreach.mails.models import Letter

pytestmark = pytest.mark.django_db
WRITE = "/mails/write/"


@pytest.fixture
def client(login):
    return login("rep")


def typed(contact, **more):
    return {"to": [str(contact.pk)], "subject": "排产方案", "text": "您好", "outcome": "progress", **more}


def body(response):
    return response.content.decode()


def test_a_template_is_filled_for_the_person_and_says_what_it_lacks(client, deal, contact, template, is_on):
    version = template()
    page = client.get(f"{WRITE}?deal={deal.pk}&template={version.item_id}")
    assert "还缺 近况" in body(page)
    form = page.context["form"]
    assert form.initial["subject"].startswith("给") and "〔" not in form.initial["subject"]  # noqa: PT018
    assert "〔近况〕" in form.initial["text"]
    assert '<mark class="is-missing">〔近况〕</mark>' in body(page)
    assert form.initial["to"] == [str(contact.pk)]


def test_the_preview_is_what_goes_out(client, deal, contact, is_on):
    text = typed(contact, text="〔称呼〕：\r\n<b>方案</b>")
    shown = client.post(f"{WRITE}preview/?deal={deal.pk}", text, headers={"HX-Request": "true"})
    assert "<html" not in body(shown)
    assert "&lt;b&gt;方案&lt;/b&gt;" in body(shown)
    client.post(f"{WRITE}?deal={deal.pk}", text)
    assert shown.context["letter"].text.text == Mail.objects.get().text


def test_sending_leads_back_and_can_be_called_back(client, deal, contact, is_on):
    sent = client.post(f"{WRITE}?deal={deal.pk}", typed(contact), follow=True)
    mail = Mail.objects.get()
    assert sent.redirect_chain == [(deal.get_absolute_url(), 302)]
    assert reverse("notifications:cancel", args=[mail.pk]) in body(sent)
    client.post(reverse("notifications:cancel", args=[mail.pk]))
    mail.refresh_from_db()
    assert mail.state == "cancelled"


def test_the_same_form_twice_is_one_mail(client, deal, contact, is_on):
    for _ in range(2):
        client.post(f"{WRITE}?deal={deal.pk}", typed(contact, once="abc"))
    assert (Mail.objects.count(), FollowUp.objects.count()) == (1, 1)


def test_a_refusal_keeps_what_was_typed_and_says_it_at_the_field(client, deal, contact, is_on):
    answer = client.post(f"{WRITE}?deal={deal.pk}", typed(contact, text="听说〔近况〕"))
    assert answer.status_code == 422
    assert "听说〔近况〕" in body(answer)
    assert "近况" in answer.context["form"].errors["text"][0]
    assert client.post(f"{WRITE}?deal={deal.pk}", {"outcome": "won", "to": ["x"]}).status_code == 422


def test_who_cannot_be_written_to_is_named_with_what_to_do(client, deal, contact, customer, is_on):
    a_contact(customer, name="李工")
    page = body(client.get(f"{WRITE}?deal={deal.pk}"))
    assert "没有邮箱" in page
    assert "/customers/contacts/" in page


def test_without_a_server_the_screen_says_how_to_turn_it_on(client, deal, contact, settings):
    settings.EMAIL_HOST = ""
    assert "TUOKE_MAIL_URL" in body(client.get(f"{WRITE}?deal={deal.pk}"))
    assert client.post(f"{WRITE}?deal={deal.pk}", typed(contact)).status_code == 422


def test_a_lead_of_the_pool_is_claimed_first(client, company, is_on):
    pooled = a_lead(None, company="别家")
    assert client.get(f"{WRITE}?lead={pooled.pk}").url == pooled.get_absolute_url()


def test_whose_case_it_is_not_finds_nothing(login, client, deal, contact, is_on):
    for person, status in (("other_team", 404), ("auditor", 403), ("admin", 403), ("team_lead", 200)):
        assert login(person).get(f"{WRITE}?deal={deal.pk}").status_code == status
    for wrong in ("", "?deal=x", "?deal=999999", f"?deal={deal.pk}&template=x"):
        assert client.get(WRITE + wrong).status_code == 404


def test_a_letter_is_seen_with_its_deal(client, login, deal, contact, is_on):
    client.post(f"{WRITE}?deal={deal.pk}", typed(contact))
    place = reverse("notifications:mail", args=[Letter.objects.get().mail_id])
    assert login("team_lead").get(place).status_code == 200
    assert login("other_team").get(place).status_code == 404


def test_many_contacts_cost_as_much_as_one(
    client, deal, contact, customer, template, is_on, django_assert_max_num_queries, django_assert_num_queries
):
    template()
    client.get(f"{WRITE}?deal={deal.pk}")
    with django_assert_max_num_queries(40) as one:
        client.get(f"{WRITE}?deal={deal.pk}")
    for number in range(3):
        a_contact(customer, name=f"李{number}", email=f"li{number}@x.cn")
        template(body="〔产品〕")
    with django_assert_num_queries(len(one)):
        client.get(f"{WRITE}?deal={deal.pk}")
