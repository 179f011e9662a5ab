"""What is usually measured, by industry: names, units and the question that gets the figure. Never a figure: those are
the customer's (S5.2, S5.4)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.steps.proposals.values.rules import Direction


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``industries`` are parts of the industry's name; empty: fits every customer."""

    key: str
    name: StrOrPromise
    unit: StrOrPromise
    ask: StrOrPromise
    direction: Direction = Direction.LESS
    industries: tuple[str, ...] = ()


SUGGESTIONS = (
    Suggestion("entry", _("重复录入的工时"), _("小时"), _("同一份数据一周要录几遍？每遍多久？谁来录，每小时人工多少钱？")),
    Suggestion("report", _("做报表的工时"), _("小时"), _("每月做几份报表？从收数到发出一共几小时？")),
    Suggestion("approval", _("审批等待"), _("小时"), _("一张单子从提交到批完平均多久？等待一小时误多少事？一年多少张？")),
    Suggestion("error", _("差错返工"), _("次"), _("每月返工几次？一次从发现到改好要花多少钱？")),
    Suggestion("overtime", _("加班"), _("小时"), _("旺季每月加班多少小时？加班费每小时多少？")),
    Suggestion("change", _("换线准备时间"), _("分钟"), _("一次换线多少分钟？每天换几次？停线一分钟损失多少？"), industries=("制造", "电子", "汽车", "机械", "食品", "纺织", "化工")),
    Suggestion("stop", _("非计划停机"), _("小时"), _("上个月停机几小时？停一小时少出多少件、多少钱？"), industries=("制造", "电子", "汽车", "机械", "食品", "纺织", "化工", "能源", "钢铁")),
    Suggestion("scrap", _("报废"), _("件"), _("每月报废多少件？一件料工费多少？"), industries=("制造", "电子", "汽车", "机械", "食品", "纺织", "化工")),
    Suggestion("delay", _("逾期交货"), _("单"), _("每月晚交几单？一单赔多少、丢过多少？"), industries=("制造", "电子", "汽车", "机械", "物流", "贸易")),
    Suggestion("stock", _("库存占用"), _("万元"), _("平均库存多少？资金一年的成本几个点？"), industries=("制造", "零售", "贸易", "批发", "医药", "食品", "电商")),
    Suggestion("outofstock", _("缺货损失"), _("次"), _("一个月断货几次？一次少卖多少毛利？"), industries=("零售", "批发", "电商", "餐饮", "医药", "食品")),
    Suggestion("emptyrun", _("空驶里程"), _("公里"), _("一车一天空跑多少公里？一公里油费路费多少？"), industries=("物流", "运输", "快递")),
    Suggestion("complaint", _("客户投诉"), _("件"), _("每月投诉几件？处理一件花多少人工和补偿？"), industries=("服务", "物业", "酒店", "餐饮", "零售", "金融", "物流", "电商")),
    Suggestion("renewal", _("续费客户"), _("家"), _("每年到期多少家？现在续几家？一家毛利多少？"), Direction.MORE, ("服务", "软件", "互联网", "教育", "金融")),
    Suggestion("throughput", _("每人每天处理量"), _("单"), _("现在一人一天处理多少单？多处理一单值多少钱？"), Direction.MORE, ("服务", "金融", "物流", "电商", "医疗", "政府")),
    Suggestion("queue", _("排队等候"), _("分钟"), _("一位平均等多久？一天多少人？等走的有多少？"), industries=("医疗", "医院", "政府", "银行", "餐饮")),
)  # fmt: skip
BY_KEY = {one.key: one for one in SUGGESTIONS}


def suggested(industry: str, *, taken: set[str], most: int = 6) -> list[Suggestion]:
    """Those of his industry first, then what fits everybody; without the lines that are there already."""
    fitting = [one for one in SUGGESTIONS if any(part in industry for part in one.industries)]
    general = [one for one in SUGGESTIONS if not one.industries]
    return [one for one in (*fitting, *general) if str(one.name) not in taken][:most]
