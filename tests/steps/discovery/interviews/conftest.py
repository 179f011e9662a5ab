import pytest

from tests.conftest import NOW
from tuoke.base.accounts.rules import system
from tuoke.spine.library.actions import add_item
from tuoke.spine.library.rules import CaseContent, Dimension, ItemDraft, ItemKind, QuestionContent, Tags
from tuoke.steps.discovery.interviews import actions
from tuoke.steps.discovery.interviews.rules import OutlineDraft


@pytest.fixture
def bank(db):
    """Four questions in each dimension, three of them for manufacturers; one for retailers; a case."""
    who = system("test")
    for dimension in Dimension:
        for number in range(4):
            content = QuestionContent(f"{dimension} 问题 {number}，〔客户名称〕", ("最近一次？",), "次数")
            tags = Tags(dimension=dimension.value, industry="制造业" if number else "")
            add_item(kind=ItemKind.QUESTION, draft=ItemDraft(content, tags=tags), by=who, now=NOW)
    shops = Tags(dimension="pain", industry="批发零售")
    add_item(kind=ItemKind.QUESTION, draft=ItemDraft(QuestionContent("门店缺货"), tags=shops), by=who, now=NOW)
    case = CaseContent("宏图机械", "月底人工对账三天", "接口打通", "一小时出账", may_name=True)
    add_item(kind=ItemKind.CASE, draft=ItemDraft(case, tags=Tags(industry="制造业")), by=who, now=NOW)


@pytest.fixture
def customer(customer):
    customer.industry = "汽车零部件制造"
    customer.save()
    return customer


@pytest.fixture
def outline(deal, contact, by):
    draft = OutlineDraft("生产总监访谈", contact_ids=(contact.pk,), user_ids=(by.user_id,))
    return actions.draw_up(deal=deal, draft=draft, by=by, now=NOW)


@pytest.fixture
def full(outline, bank, by):
    actions.suggest(outline=outline, by=by, now=NOW)
    return outline
