"""What the team adds to 《项目启动计划》: who is who on both sides, when one talks (S7.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.services.documents.rules import Section, Table
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.teams.models import SIDE_NAMES
from tuoke.steps.contracts.teams.queries import contacts_of, rhythms_of
from tuoke.steps.contracts.teams.rules import Side
from tuoke.steps.contracts.teams.words import rhythm_said


def document_parts(who: Principal, deal: Opportunity, today: date) -> Sequence[Section]:
    """For ``kickoff.hooks.document_parts``."""
    if not who.may(Permission.PROJECT_READ):
        return ()
    people, rhythms = contacts_of(deal), rhythms_of(deal, today=today)
    contacts = Table(
        (_("哪一方"), _("角色"), _("姓名"), _("管什么"), _("电话")),
        tuple(
            (
                str(SIDE_NAMES[Side(one.side)]),
                one.role,
                f"{one.name} ★" if one.is_main else one.name,
                one.responsible_for,
                one.phone if one.shows_phone else "",
            )
            for one in people
        ),
    )
    talks = Table(
        (_("名称"), _("时间"), _("方式"), _("谁召集"), _("谁参加")),
        tuple(
            (one.rhythm.title, rhythm_said(one.rhythm), one.rhythm.place, str(one.rhythm.owner), "、".join(one.names))
            for one in rhythms
        ),
    )
    return (
        Section(_("双方联系人"), (contacts,) if people else (), empty=_("还没有对口联系人。")),
        Section(_("沟通机制"), (talks,) if rhythms else (), empty=_("还没有约定沟通机制。")),
    )
