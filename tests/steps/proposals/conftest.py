import pytest
from django.utils import timezone

from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tests.steps.proposals.cases import BLOCK, a_block, a_case, a_need
from tuoke.steps.proposals import actions
from tuoke.steps.proposals.actions import NewSection
from tuoke.steps.proposals.rules import SectionDraft


@pytest.fixture
def customer(company):
    return a_customer(company.rep, industry="汽车零部件", attributes={"erp": "用友 U8"})


@pytest.fixture
def deal(company, playbook, customer):
    a_contact(customer, position="生产总监")
    return a_deal(company.rep, playbook, customer=customer, step="proposals")


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def need(deal, by):
    return a_need(deal, by)


@pytest.fixture
def block(company):
    return a_block(company, "一个交期，三处共用", BLOCK)


@pytest.fixture
def case(company):
    return a_case(company, measures=("换线准备：42 分钟 → 29 分钟",))


@pytest.fixture
def proposal(deal, need, by):
    own = SectionDraft("solution", "交期对齐", "把“三张表各写各的”改为一个交期，每月省出 100 小时。", (need.pk,))
    return actions.begin(deal=deal, title="华瑞精密数据整合方案", sections=[NewSection(own)], by=by, now=timezone.now())
