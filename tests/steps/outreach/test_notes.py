from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.spine.followups.cases import a_contact, a_customer, a_lead
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import timeline_of
from tuoke.spine.customers.actions import merge_customers, merge_leads, undo_merge
from tuoke.spine.customers.actions.merging import Choices
from tuoke.spine.customers.models import Customer, Lead
from tuoke.steps.leads.actions import Terms, convert
from tuoke.steps.outreach import actions
from tuoke.steps.outreach.models import BackgroundEvent, Concern, Profile
from tuoke.steps.outreach.rules import MOST_NOTES, ConcernDraft, EventDraft, EventKind, ProfileDraft, ProfileKind

DAY = date(2026, 11, 3)


def event(title="苏州二厂投产", **more):
    return EventDraft(EventKind.EXPANSION, DAY, title, **more)


def test_a_note_is_kept_once_and_told(customer, by, now):
    note = actions.add_note(whose=customer, draft=event(link=" HTTPS://Example.com/A "), by=by, now=now)
    again = actions.add_note(whose=customer, draft=event(link="https://Example.com/A"), by=by, now=now)
    assert (again, note.link) == (note, "https://Example.com/A")
    [told] = timeline_of(thread=customer)
    assert (told.kind, told.facts["said"]) == ("outreach.event_added", "苏州二厂投产")
    assert "Example.com" not in str(told.facts)


def test_what_hangs_on_whom(customer, contact, lead, by, now):
    concern, page = ConcernDraft("交付不能断", DAY), ProfileDraft(ProfileKind.LINKEDIN, "https://example.com/in", DAY)
    for whose, draft in ((contact, concern), (lead, concern), (contact, page), (lead, page), (customer, page)):
        assert actions.add_note(whose=whose, draft=draft, by=by, now=now).whose == whose
    for whose, draft in ((contact, event()), (customer, concern)):
        with pytest.raises(Refused) as refusal:
            actions.add_note(whose=whose, draft=draft, by=by, now=now)
        assert refusal.value.verdict.codes == ("not_of_this",)


def test_a_party_takes_so_many(customer, by, now):
    rows = [
        BackgroundEvent(customer=customer, kind="other", happened_on=DAY, title=str(n), created_at=now)
        for n in range(MOST_NOTES)
    ]
    BackgroundEvent.objects.bulk_create(rows)
    with pytest.raises(Refused) as refusal:
        actions.add_note(whose=customer, draft=event(), by=by, now=now)
    assert refusal.value.verdict.codes == ("too_many",)


def test_edit_tells_what_changed_and_the_second_of_two_sees_the_first(add, customer, by, now):
    note = add(customer)
    actions.edit_note(note=note, version=1, draft=event("苏州三厂投产"), by=by, now=now)
    assert timeline_of(thread=customer)[0].changes == {"title": ["苏州二厂投产", "苏州三厂投产"]}
    with pytest.raises(Conflict) as conflict:
        actions.edit_note(note=note, version=1, draft=event("四厂"), by=by, now=now)
    assert conflict.value.current.title == "苏州三厂投产"


def test_withdrawn_is_not_gone(add, customer, by, now):
    note = add(customer)
    actions.withdraw_note(note=note, by=by, now=now)
    actions.withdraw_note(note=note, by=by, now=now)  # twice is once
    assert not BackgroundEvent.objects.standing().exists()
    with pytest.raises(Refused) as refusal:
        actions.edit_note(note=note, version=2, draft=event("改"), by=by, now=now)
    assert refusal.value.verdict.codes == ("note_withdrawn",)
    actions.restore_note(note=note, by=by, now=now)
    assert BackgroundEvent.objects.standing().get() == note
    kinds = [told.kind for told in timeline_of(thread=customer)]
    assert kinds == ["outreach.event_restored", "outreach.event_withdrawn", "outreach.event_added"]


def test_a_colleagues_customer_is_not_there(add, customer, contact, company, now):
    other, note = company.by("other_team"), add(customer)
    for act in (
        lambda: actions.add_note(whose=customer, draft=event("x"), by=other, now=now),
        lambda: actions.add_note(whose=contact, draft=ConcernDraft("x", DAY), by=other, now=now),
        lambda: actions.withdraw_note(note=note, by=other, now=now),
        lambda: actions.edit_note(note=note, version=1, draft=event("x"), by=other, now=now),
    ):
        with pytest.raises(Customer.DoesNotExist):
            act()
    pooled = a_lead(None, company="公海公司")
    with pytest.raises(Lead.DoesNotExist):
        actions.add_note(whose=pooled, draft=event("x"), by=company.by("rep"), now=now)


@pytest.mark.parametrize(
    "wrong",
    [
        {"lead": None, "customer": None},
        {"link": "javascript:alert(1)"},
    ],
)
def test_the_table_holds_it_too(customer, now, wrong):
    given = {"customer": customer, "kind": "other", "happened_on": DAY, "title": "x", "created_at": now} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        BackgroundEvent.objects.create(**given)


def test_notes_go_along_when_the_lead_is_converted(lead, add, playbook, company, by, now):
    manager = company.by("team_lead")
    concern, happened = add(lead, text="别影响生产"), add(lead)
    page = actions.add_note(
        whose=lead, draft=ProfileDraft(ProfileKind.WEBSITE, "https://example.com", DAY), by=by, now=now
    )
    deal = convert(lead=lead, terms=Terms(name="排产一期"), by=manager, now=now, waivers=_all_waived(lead, manager))
    for note in (concern, happened, page):
        note.refresh_from_db()
    assert (happened.customer, page.customer, concern.contact.name) == (deal.customer, deal.customer, "欧阳明")
    assert happened.lead is concern.lead is page.lead is None


def test_notes_go_along_when_two_are_merged_and_come_back(customer, contact, company, add, by, now):
    gone = a_customer(company.rep, "华瑞精密股份")
    person = a_contact(
        gone, name="陈总", do_not_contact=True, do_not_contact_since=DAY, do_not_contact_reason="不再联系"
    )
    happened, concern = add(gone), add(person, text="价格")
    merge = merge_customers(
        kept=customer, kept_version=1, gone=gone, gone_version=1, by=by, now=now, choices=Choices(contacts={person.pk: contact.pk})
    )  # fmt: skip
    happened.refresh_from_db(), concern.refresh_from_db(), contact.refresh_from_db()
    assert (happened.customer, concern.contact) == (customer, contact)
    assert (contact.do_not_contact, contact.do_not_contact_reason) == (True, "不再联系")
    undo_merge(merge=merge, by=by, now=now)
    happened.refresh_from_db(), concern.refresh_from_db(), contact.refresh_from_db()
    assert (happened.customer, concern.contact, contact.do_not_contact) == (gone, person, False)


def test_a_leads_notes_go_along_when_it_is_merged(lead, company, add, by, now):
    gone = a_lead(company.rep, company="恒远科技股份")
    add(gone), add(gone, text="价格")
    merge_leads(kept=lead, kept_version=1, gone=gone, gone_version=1, by=by, now=now)
    assert (BackgroundEvent.objects.get().lead, Concern.objects.get().lead) == (lead, lead)
    assert not Profile.objects.exists()


def _all_waived(lead, by):
    from tuoke.spine.catalog.rules import Market, Motion, Scale, Segment
    from tuoke.steps.leads.facts import facts_of
    from tuoke.steps.leads.queries import judgement_of

    judged = judgement_of(lead, facts_of(lead, who=by), segment=Segment(Market.TOB, Scale.SMALL, Motion.NEW))
    return {str(reason.params["criterion"]): "测试" for reason in judged.verdict.reasons}
