"""Step 8 of the demo's story: the meeting after the end, everybody's part, the report."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.reviews import actions as reviews
from tuoke.steps.reviews.models import Contribution, Review
from tuoke.steps.reviews.rules import ContributionDraft, HeldDraft

SUMMARY = "从第一次电话到签约，每一步都等到客户自己说了“可以”才往下走；谈判只让了首付，总价没有动。"
NOTHING = "这一单按流程走完，没有发现要改的地方。"
SAID = {
    "tech": ContributionDraft(
        "可行性是在报价之前签的，接口一节没有返工。", "客户的只读账号晚了两天，进场那天只能先看文档。",
        "启动会上就把账号写进客户要办的事。",
    ),
    "product": ContributionDraft("客户要的两个字段已经在标准版里。", "演示环境的数据太旧，客户问了三次。", ""),
    "service": ContributionDraft("夜班培训单独开了一场，没有人再打电话问。", "", "每次培训都留一段录像。"),
    "legal": ContributionDraft("合同用的是范本，一天看完。", "", ""),
    "finance": ContributionDraft("首付按期到账。", "", ""),
}  # fmt: skip


def report(deal: Opportunity, *, by: Principal, at: datetime) -> Review:
    """Held, written by all who worked on it, and made final: nothing was found to change."""
    review = reviews.open_review(deal=deal, by=by, now=at)
    if review.is_final:
        return review
    write_parts(review, at=at)
    if review.standing.value == "open":
        review = hold(review, HeldDraft(timezone.localdate(at), SUMMARY, nothing_to_change=NOTHING), by=by, at=at)
    reviews.finish(review=review, version=review.version, by=by, now=at)
    return review


def hold(review: Review, draft: HeldDraft, *, by: Principal, at: datetime) -> Review:
    review.refresh_from_db()
    return reviews.hold(review=review, version=review.version, draft=draft, by=by, now=at)


def write_parts(review: Review, *, at: datetime, but: str = "") -> None:
    """Whoever was asked says something, each for his department; ``but`` of one still waits."""
    waiting = Contribution.objects.asked().filter(review=review, written_at=None).select_related("user", "review")
    for part in waiting:
        said = SAID.get(part.function)
        if said is not None and part.function != but:
            reviews.write_part(part=part, version=part.version, draft=said, by=principal_of(part.user), now=at)
