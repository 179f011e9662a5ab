"""Step 8 of the demo's story: what came out of the reviews, who was visited since, who wants more, who may leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.doors.cli.demo import negotiating, proposing, reviewing, signing
from tuoke.doors.cli.demo.listing import THERE
from tuoke.services.links.queries import holder_of
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.library import actions as library
from tuoke.spine.library.models import Item, ItemVersion
from tuoke.spine.library.rules import ItemDraft, ItemKind, QuestionContent
from tuoke.spine.playbook import actions as playbook
from tuoke.spine.playbook.models import PlaybookVersion
from tuoke.spine.playbook.rules import drafts, editing
from tuoke.steps.reviews import actions as reviews
from tuoke.steps.reviews.improvements import actions as improvements
from tuoke.steps.reviews.improvements.models import Improvement
from tuoke.steps.reviews.improvements.rules import ImprovementDraft, State, Target
from tuoke.steps.reviews.models import Review
from tuoke.steps.reviews.revisits import actions as revisits
from tuoke.steps.reviews.revisits.models import Revisit, RevisitPlan, Survey
from tuoke.steps.reviews.revisits.rules import Answer, Opening, SurveyDraft, Usage, VisitDraft
from tuoke.steps.reviews.rules import Cause, HeldDraft, ProblemDraft

WON = (
    "客户两次把会推后，不是因为价格，是因为没人替财务总监算过账。把测算表交给他以后，一周就签了。"
    "下一次在方案之前就先请财务的人算一遍。"
)
LOST = "竞品先见了集团信息中心，我们到谈判时才知道有统一选型。决策链上少画了一个人，后面做得再好也补不回来。"
PROBLEMS = (
    ("客户的只读账号晚给了四天，进场那天只能先看文档", "contracts", "没有写进启动计划里客户要办的事"),
    ("财务总监到谈判时才第一次见到我们", "discovery", "访谈只问了业务部门，没有问谁管预算"),
)
FINE = (
    ("八成员工每天在用，夜班也上了", Usage.GROWING, ""),
    ("运行平稳，对账快了一天", Usage.STEADY, ""),
    ("二厂也想看同一张看板", Usage.GROWING, "二厂下季度搬迁，想把库存和订单一起接进来"),
)
FADING = (
    ("刚上线两个月，主要是仓库在用", Usage.STEADY, ""),
    ("换了生产经理，新来的人还用回旧表", Usage.FALLING, ""),
)


def tell(*, people: Mapping[str, Principal], now: datetime) -> None:
    _review_the_won(people, now)
    _review_the_lost(people, now)
    finished = Opportunity.objects.real().filter(outcome=Outcome.WON, finished_at__gte=now - timedelta(days=365))
    found = finished.filter(step="reviews").select_related("customer", "owner").order_by("pk")
    for deal in found:
        by = people[deal.owner.username]
        _deliver_whole(deal, by=by, now=now)
        if by.user_id == people["wang.fang"].user_id:
            _visited(deal, FINE, by=by, now=now)
            _asked(
                deal, Answer(9, {"usage": "daily", "result": "met", "service": "good"}, "有问必答。"), by=by, now=now
            )
            _wants_more(deal, by=by, now=now)
        elif by.user_id == people["li.qiang"].user_id:
            _visited(deal, FADING, by=by, now=now)
            said = Answer(4, {"usage": "seldom", "result": "partly", "service": "slow"}, "报修要等两天才有人回。", True)
            _asked(deal, said, by=by, now=now)
        else:
            _visited(deal, FINE[:2], by=by, now=now)


def _deliver_whole(deal: Opportunity, *, by: Principal, now: datetime) -> None:
    """What was planned then is done and paid."""
    today = timezone.localdate(now)
    signing.complete(deal, until=today, by=by, now=now - timedelta(days=30))
    signing.pay_all(deal, by=by, at=now - timedelta(days=60))


def end_visits(deal: Opportunity, *, by: Principal, now: datetime) -> None:
    """Of a deal of years ago nobody is to be reminded any more."""
    for plan in RevisitPlan.objects.running().filter(opportunity=deal):
        revisits.end_series(plan=plan, by=by, now=now)


# Reviews


def _review_the_won(people: Mapping[str, Principal], now: datetime) -> None:
    """One is held, with what is to change; of another the departments' parts are awaited; the last is due."""
    won = Opportunity.objects.active().filter(step="reviews", outcome=Outcome.WON, finished_at=None)
    held, asked, *due = won.select_related("customer", "owner", "playbook_version").order_by("pk")
    for deal in (held, asked):
        for username, duty in (("wu.gang", "实施"), ("lin.tao", "培训与售后"), ("xu.jie", "功能确认")):
            user = User.objects.get(username=username)
            proposing.bring_in(deal, user, duty, by=people[deal.owner.username], at=now - timedelta(days=3))
    review = reviews.open_review(deal=held, by=people[held.owner.username], now=now - timedelta(days=2))
    _hold(review, people, now=now)
    review = reviews.open_review(deal=asked, by=people[asked.owner.username], now=now - timedelta(days=1))
    reviewing.write_parts(review, at=now - timedelta(hours=5), but="service")
    for deal in due:
        reviews.open_review(deal=deal, by=people[deal.owner.username], now=now - timedelta(hours=8))


def _hold(review: Review, people: Mapping[str, Principal], *, now: datetime) -> None:
    by, at = people[review.opportunity.owner.username], now - timedelta(days=1)
    reviewing.write_parts(review, at=at)
    reviewing.hold(review, HeldDraft(timezone.localdate(at), WON), by=by, at=at)
    for text, step, cause in PROBLEMS:
        reviews.add_problem(review=review, draft=ProblemDraft(text, step, cause), by=by, now=at)
    _improve(review, people, by=by, at=at, now=now)
    review.refresh_from_db()
    reviews.finish(review=review, version=review.version, by=by, now=now - timedelta(hours=3))


def _improve(review: Review, people: Mapping[str, Principal], *, by: Principal, at: datetime, now: datetime) -> None:
    """One is carried out as the question's next version, one hangs on the process's draft, one waits for a word."""
    owner, due = people["sun.li"], timezone.localdate(now) + timedelta(days=21)
    question = Item.objects.in_use().filter(kind=ItemKind.QUESTION).order_by("pk")[0]

    def propose(title: str, target: Target, proposal: str, *, key: str, why: str) -> Improvement:
        draft = ImprovementDraft(title, target, proposal, why, key, owner.user_id, due)
        return improvements.propose(draft=draft, review=review, by=by, now=at)

    asked = propose(
        "访谈里加一句：这笔钱归谁管", Target.QUESTION, "在追问里加“这笔钱年初批在谁名下，他最怕什么？”",
        key=f"library.item:{question.pk}", why="财务总监到谈判才出现，算账晚了三周。",
    )  # fmt: skip
    earlier = propose(
        "谈判之前先请客户财务算一遍账", Target.STEP, "谈判促成的第一个动作改成：与客户财务一起核投入产出。",
        key="negotiation", why="三单里有两单卡在没人算过账。",
    )  # fmt: skip
    propose(
        "“集团统一选型”的答法要有", Target.OBJECTION, "补一条：先问统一选型管到哪一层，再请对方引见信息中心。", key="",
        why="丢给竞品的那一单，现场没有人答得上来。",
    )  # fmt: skip
    slow = propose(
        "每单都做三年总成本对比", Target.OTHER, "方案里一律附三年总成本表。", key="", why="客户常比首年价格。",
    )  # fmt: skip
    later = now - timedelta(hours=20)
    for row in (asked, earlier):
        improvements.decide(row=row, decision=State.ACCEPTED, reason="", by=owner, now=later)
    reason = "小单用不上，大客户方案里已经有了。"
    improvements.decide(row=slow, decision=State.DECLINED, reason=reason, by=owner, now=later)
    _write_question(asked, question, by=owner, now=now - timedelta(hours=18))
    improvements.take_up(row=earlier, by=owner, now=now - timedelta(hours=6))
    _begin_draft(by=owner, now=now - timedelta(hours=5))


def _write_question(row: Improvement, item: Item, *, by: Principal, now: datetime) -> None:
    improvements.take_up(row=row, by=by, now=now)
    item.refresh_from_db()
    content = ItemVersion.objects.select_related("item").get(item=item, number=item.current_number).parsed
    assert isinstance(content, QuestionContent)
    better = replace(content, probes=(*content.probes, "这笔钱年初批在谁名下？他最怕什么？"))
    draft = ItemDraft(better, title=item.title, tags=item.tags)
    library.revise(item=item, version=item.version, draft=draft, note="复盘：早一点问谁管预算", by=by, now=now)


def _begin_draft(*, by: Principal, now: datetime) -> None:
    """Of what the draft is to say, so much is written."""
    draft = PlaybookVersion.objects.drafts().get()
    place, said = "steps/negotiation", {"standard_days": 18}
    seen = drafts.fingerprint({"standard_days": editing.fields_of(draft.content, place).get("standard_days")})
    playbook.change_draft(draft=draft, place=place, fields=said, seen=seen, by=by, now=now)


def _review_the_lost(people: Mapping[str, Principal], now: datetime) -> None:
    """Lost lately: one review is final and says why, the others are to be held."""
    lost = Opportunity.objects.real().filter(outcome=Outcome.LOST, finished_at=None, outcome_on__lte=now.date())
    for deal in lost.exclude(lost_to=None).select_related("customer", "owner").order_by("-pk")[:1]:
        by, at = people[deal.owner.username], now - timedelta(hours=4)
        review = Review.objects.select_related("opportunity__owner").get(opportunity=deal)
        reviewing.write_parts(review, at=at)
        said = HeldDraft(
            timezone.localdate(at), LOST, Cause.RIVAL.value, "集团信息中心统一选型，兄弟公司已经在用竞品。",
            "决策链画法已在别的改进里，不另提。",
        )  # fmt: skip
        reviewing.hold(review, said, by=by, at=at)
        review.refresh_from_db()
        reviews.finish(review=review, version=review.version, by=by, now=at)


# Visits


def _visited(deal: Opportunity, said: tuple[tuple[str, Usage, str], ...], *, by: Principal, now: datetime) -> None:
    """Visited whenever it was due, up to some weeks ago; what was learned goes on from ``said``."""
    person, today = negotiating.decider(deal), timezone.localdate(now)
    turn = 0
    while True:
        visit = Revisit.objects.due().filter(opportunity=deal).first()
        if visit is None or visit.due_on >= today - timedelta(days=4):
            return
        usage, level, needs = said[min(turn, len(said) - 1)]
        at = datetime.combine(visit.due_on, time(15, 10), tzinfo=timezone.get_current_timezone())
        draft = VisitDraft(visit.due_on, "phone", person.pk if person else None, usage, level.value, None, needs)
        revisits.record_visit(revisit=visit, version=visit.version, draft=draft, by=by, now=at)
        turn += 1


def _asked(deal: Opportunity, answer: Answer, *, by: Principal, now: datetime) -> Survey:
    person, at = negotiating.decider(deal), now - timedelta(days=6)
    ends = timezone.localdate(at) + timedelta(days=21)
    draft = SurveyDraft(person.pk if person else None, ends, "用了几个月了，想听您一句实话，两分钟就好。")
    survey = revisits.send_survey(deal=deal, draft=draft, by=by, now=at)
    link = signing.opened(survey.link, at=at + timedelta(days=4))
    revisits.customer_answers(
        link=link, answer=answer, name=survey.recipient, by=holder_of(link), now=at + timedelta(days=4),
        where=THERE["where"],
    )  # fmt: skip
    return survey


def _wants_more(deal: Opportunity, *, by: Principal, now: datetime) -> None:
    """What was heard on the last visit became a deal of its own."""
    visit = Revisit.objects.filter(opportunity=deal, state="done").order_by("-pk").first()
    draft = revisits.SecondDraft(
        "二厂库存与订单接入", Opening.EXTEND.value, by.user_id, Decimal(260_000), now.date() + timedelta(days=60),
        revisit_id=visit.pk if visit else None, note="回访时客户自己提的",
    )  # fmt: skip
    revisits.open_second(deal=deal, draft=draft, by=by, now=now - timedelta(days=2))
