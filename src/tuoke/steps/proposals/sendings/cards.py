"""How far the sending is, in a line on the deal's page."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.sendings.models import Sending
from tuoke.steps.proposals.sendings.rules import State, is_unopened


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """已发送第 2 版 · 客户打开 3 次 · 1 条提问待回复. One query."""
    if not who.may(Permission.PROPOSAL_READ):
        return None
    unanswered = Q(remarks__withdrawn_at=None, remarks__answered_at=None, remarks__isnull=False)
    rows = Sending.objects.filter(opportunity=deal).exclude(state=State.CANCELLED).select_related("version", "link")
    last = rows.defer("version__content").annotate(asked=Count("remarks", filter=unanswered)).first()
    if last is None:
        return RoomState(_("还没有发给客户"))
    if last.state == State.PREPARING:
        return RoomState(_("正在生成文件"))
    if last.state == State.FAILED:
        return RoomState(_("第 %(number)s 版没有发出") % {"number": last.version.number}, tone="bad")
    return _sent(last, asked=last.asked, today=today)  # type: ignore[attr-defined]  # annotated above


def _sent(sending: Sending, *, asked: int, today: date) -> RoomState:
    assert sending.link is not None
    assert sending.sent_at is not None
    said = [_("已发送第 %(number)s 版") % {"number": sending.version.number}]
    opens = sending.link.opens
    if opens:
        said.append(ngettext("客户打开 %(count)s 次", "客户打开 %(count)s 次", opens) % {"count": opens})
    else:
        said.append(_("还没打开"))
    if asked:
        said.append(ngettext("%(count)s 条提问待回复", "%(count)s 条提问待回复", asked) % {"count": asked})
    late = is_unopened(
        sent_on=sending.sent_at.date(), is_opened=bool(opens), is_dead=sending.link.revoked_at is not None, today=today
    )
    return RoomState(" · ".join(said), tone="warn" if late or asked else "good" if opens else "quiet")
