"""Refusals, scores and criteria of step 2 in words: what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.base.ui.parts import Line
from tuoke.spine.customers import words as parties
from tuoke.spine.customers.models import STATUS_NAMES, Lead
from tuoke.spine.customers.rules import LeadStatus
from tuoke.spine.deals import words as deals
from tuoke.spine.playbook.rules import Finding
from tuoke.steps.leads import pool_words

SENTENCES: Mapping[str, StrOrPromise] = {
    **pool_words.SENTENCES,
    "already_claimed": _("已被%(name)s领取。公海里还有别的线索。"),
    "already_yours": _("这条线索已经是您的了。"),
    "already_converted": _("这条线索已经转成商机，不能再转一次。"),
    "lead_closed": _("线索已%(status)s，不能再改。"),
    "not_claimed": _("线索还在公海。请先领取，再转商机。"),
    "in_pool": _("线索已经在公海里了。"),
    "not_discarded": _("线索没有被标为无效，不需要恢复。"),
    "may_not_write": _("您的角色不能新建、领取或修改线索。需要时请联系主管。"),
    "may_not_assign": _("只有主管可以分配线索。"),
    "owner_not_allowed": _("只能交给您管理范围内有销售权限的同事。"),
    "lead_elsewhere": _("这条线索不由您负责，请联系负责人。"),
    "reason_missing": _("请写明理由，一两句话就够。"),
    "reason_too_long": _("理由最多 %(limit)s 个字。"),
    "nothing_to_tell_apart": _("没有需要区分的重复记录。"),
    "same_tier": _("已经是这个级别和理由了，没有改动。"),
    "not_by_hand": _("级别本来就按规则计算，不需要恢复。"),
    "referrer_unknown": _("没有找到这位介绍人。请从您看得到的客户里选。"),
    "unknown_item": _("流程里没有这一项，请刷新页面。"),
    "note_broken": _("含有无法保存的字符，请删掉后再试。"),
    "note_too_long": _("说明太长了，请缩短。"),
}
FIXES: Mapping[str, str] = {
    "contact_reachable": "id_phone",
    "lead_company_known": "id_company",
    "lead_source_known": "id_source",
    "budget_known": "id_budget",
    "amount_known": "id_budget",
    "decision_maker_known": "id_position",
    "decision_maker_contacted": "id_decision_maker",
}
"""Where on the form a criterion is met; the others are met on the lead's page."""


def sentence(reason: Reason) -> str:
    """A refusal in words."""
    if reason.code == "lead_closed":
        status = STATUS_NAMES[LeadStatus(str(reason.params["status"]))]
        return str(SENTENCES["lead_closed"]) % {"status": status}
    if "kind" in reason.params:  # an unmet criterion says itself
        hint = f"：{reason.params['hint']}" if reason.params["hint"] else ""
        return f"{reason.params['title']}{hint}"
    if reason.code in SENTENCES or reason.code in parties.SENTENCES:
        return parties.sentence(reason, SENTENCES)
    said = deals.SENTENCES.get(reason.code)
    return str(said) % reason.params if said else parties.sentence(reason)


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def gate_lines(findings: Iterable[Finding], *, lead: Lead) -> list[Line]:
    """Every criterion with how it stands and where it is met."""
    return [
        Line(_criterion(finding), "" if finding.passed else place(finding, lead), _kind(finding))
        for finding in findings
    ]


def place(finding: Finding, lead: Lead) -> str:
    kind = finding.criterion.kind
    if kind in FIXES:
        return f"{reverse('leads:edit', args=[lead.pk])}#{FIXES[kind]}"
    spot = {"lead_score": "score", "lead_duplicates_clear": "duplicates"}.get(kind, f"item-{finding.criterion.key}")
    return f"{lead.get_absolute_url()}#{spot}"


def _criterion(finding: Finding) -> str:
    title = finding.criterion.title
    if finding.passed:
        return title
    if finding.criterion.kind == "lead_score":
        actual = finding.actual if finding.actual is not None else gettext("还没有")
        title = gettext("%(title)s（现在 %(actual)s）") % {"title": title, "actual": actual}
    return f"{title}：{finding.criterion.hint}" if finding.criterion.hint else title


def _kind(finding: Finding) -> str:
    if finding.met:
        return "met"
    if finding.waived:
        return "waived"
    return "hard" if finding.criterion.required else "soft"
