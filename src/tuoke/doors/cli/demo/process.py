"""The demo's own process: published once, changed after the first reviews, and about to be changed again."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from typing import Any

from tuoke.base.accounts.rules import Principal
from tuoke.spine.playbook import actions as playbook
from tuoke.spine.playbook.models import PlaybookVersion
from tuoke.spine.playbook.queries import current_version
from tuoke.steps.reviews.effects import actions as effects

WHY = "复盘三个丢单：方案交出后等得太久，谈判里总是先让价。方案步骤缩短到 10 天，谈判先问“和什么比”。"


def publish_second(*, by: Principal, now: datetime) -> PlaybookVersion:
    """What was learned from the first deals: proposals are answered sooner, price is the last thing to be given."""
    content = _changed(current_version().content)
    draft = playbook.start_draft(by=by, now=now)
    playbook.replace_draft(draft=draft, content=content, revision=draft.revision, by=by, now=now)
    draft.refresh_from_db()
    return playbook.publish_draft(draft=draft, revision=draft.revision, note=WHY, by=by, now=now)


def measure(*, by: Principal, now: datetime) -> None:
    """Whether it has helped is worked out as it is every night."""
    after = PlaybookVersion.objects.published().get()
    before = PlaybookVersion.objects.get(playbook=after.playbook, number=1)
    effects.ask(before=before, after=after, by=by, now=now)


def _changed(content: Any) -> Any:
    changed = deepcopy(content)
    steps = {step["key"]: step for step in changed["steps"]}
    steps["proposals"]["standard_days"] = 10
    steps["proposals"]["pacing"].append("客户三天没有回音，换一个人问一件小事，不再发一遍方案。")
    asked = next(action for action in steps["negotiation"]["actions"] if action["key"] == "negotiation-value")
    asked["how"].insert(0, "价格之前先谈清范围和服务期；让步从付款方式和培训开始，总价放在最后。")
    return changed
