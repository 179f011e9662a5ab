"""Needs, blocks and evidence that proposals are made of."""

from __future__ import annotations

from django.utils import timezone

from tuoke.spine.library.actions import add_item
from tuoke.spine.library.queries import current_of
from tuoke.spine.library.rules import BlockContent, CaseContent, EvidenceContent, ItemDraft, ItemKind, Tags
from tuoke.steps.discovery import actions as discovery
from tuoke.steps.discovery.rules import NeedDraft, NeedKind, Priority

SAID = "销售、计划、车间“三张表各写各的”，每月 240 单里有两成交期对不上，每单返工沟通 25 分钟"
BLOCK = (
    "销售、计划、车间共用同一个交期。变更后系统通知相关岗位。现用方案〔现用方案〕的数据一次导入，由〔我的姓名〕跟进。"
)


def a_need(deal, by, text=SAID, kind=NeedKind.RIGID, **more):
    draft = NeedDraft(kind, text, Priority.HIGH, **more)
    return discovery.add_need(deal=deal, draft=draft, by=by, now=timezone.now())


def a_block(company, title, text, part="solution", *, words=("交期",), types=("delivery",), **tags):
    content = BlockContent(text=text, part=part, need_types=types, need_words=words)
    return _added(company, ItemKind.BLOCK, title, content, tags)


def a_case(company, title="零部件厂的换线", *, customer="恒远零部件", may_name=False, **more):
    content = CaseContent(
        customer=customer, situation="换线慢", action="统一换线准备", result="准备时间变短", may_name=may_name, **more
    )
    return _added(company, ItemKind.CASE, title, content, {"industry": "制造业"})


def an_evidence(company, title="行业调研", *, statement="实施后沟通时间减少 100 小时/月", **more):
    more = {"source": "行业协会", "dated_on": timezone.localdate()} | more
    return _added(company, ItemKind.EVIDENCE, title, EvidenceContent(statement=statement, **more), {})


def version_of(item):
    return current_of(item)


def _added(company, kind, title, content, tags):
    draft = ItemDraft(title=title, content=content, tags=Tags(**tags))
    return add_item(kind=kind, draft=draft, by=company.by("process_owner"), now=timezone.now())
