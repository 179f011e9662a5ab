"""Step 2 of the demo's story: what sources say about the leads that somebody took seriously."""

from __future__ import annotations

from datetime import datetime

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers import actions as customers
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.queries.verification import present_values
from tuoke.spine.customers.rules.verification import FactKey, SourceKind, Statement

SOURCES = {
    FactKey.STAFF: ((SourceKind.WEBSITE, "官网“关于我们”"), (SourceKind.ANNUAL_REPORT, "年报员工情况一节")),
    FactKey.BUDGET: ((SourceKind.CUSTOMER, "首次通话中客户说的"), (SourceKind.THIRD_PARTY, "招标平台采购意向公告")),
    FactKey.WANT: ((SourceKind.CUSTOMER, "首次通话记录"), (SourceKind.WEBSITE, "官网新闻里的数字化规划")),
    FactKey.CONTACT: ((SourceKind.WEBSITE, "官网管理团队"), (SourceKind.VISIT, "上门拜访交换名片")),
}


def verify(lead: Lead, *, by: Principal, at: datetime) -> Lead:
    """Two independent kinds of source for everything that the record says."""
    for key, value in present_values(lead).items():
        for source, reference in SOURCES.get(key, ()) if value.is_known else ():
            text = value.text[:200]
            said = Statement(key, type(value)(value.low, value.high, text), source, at.date(), reference)
            customers.state_fact(party=lead, statement=said, by=by, now=at)
    return Lead.objects.get(pk=lead.pk)
