from datetime import date

import pytest

from tests.spine.followups.cases import a_contact, a_customer, a_deal, a_lead
from tuoke.spine.library.models import Item, ItemVersion
from tuoke.spine.library.rules import CaseContent, OpeningContent, stored
from tuoke.steps.outreach import actions
from tuoke.steps.outreach.rules import ConcernDraft, EventDraft, EventKind

TODAY = date(2026, 11, 23)


@pytest.fixture
def today():
    return TODAY


@pytest.fixture
def customer(company):
    return a_customer(company.rep, industry="汽车零部件制造", region="苏州", staff_low=420, staff_high=420)


@pytest.fixture
def contact(customer):
    return a_contact(customer, name="陈志强", position="生产副总经理", role="decider", phone="+8613800138000")


@pytest.fixture
def deal(company, playbook, customer):
    return a_deal(company.rep, playbook, customer=customer, step="outreach")


@pytest.fixture
def lead(company):
    return a_lead(
        company.rep, contact="欧阳明", position="信息中心主任", phone="+8613900139000", want="排产靠手工。想换系统"
    )


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def add(by, now):
    """An event of a lead or customer, or a concern of whoever has one."""

    def added(whose, title="", *, text="", on=date(2026, 11, 3), kind=EventKind.EXPANSION, link="", note=""):
        draft = ConcernDraft(text, on) if text else EventDraft(kind, on, title or "苏州二厂投产", link, note)
        return actions.add_note(whose=whose, draft=draft, by=by, now=now)

    return added


@pytest.fixture
def library(db, now):
    """Makes an item of the library; ``text`` an opening, else a case."""

    def made(title="开场", *, text="", case=None, **tags):
        kind, content = ("opening", OpeningContent(text)) if text else ("case", case or CaseContent())
        item = Item.objects.create(kind=kind, title=title, created_at=now, updated_at=now, **tags)
        ItemVersion.objects.create(item=item, number=1, content=stored(content), at=now, by_name="")
        return item

    return made
