"""The playbook's codes in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.spine.playbook.rules import Raci, StepKey

PART: dict[Raci, StrOrPromise] = {
    Raci.ACCOUNTABLE: _("最终负责"),
    Raci.RESPONSIBLE: _("执行"),
    Raci.CONSULTED: _("提供意见"),
    Raci.INFORMED: _("被告知"),
}

STEP: dict[StepKey, StrOrPromise] = {
    StepKey.TARGETING: _("前期准备"),
    StepKey.LEADS: _("客户筛选"),
    StepKey.OUTREACH: _("初步接触"),
    StepKey.DISCOVERY: _("深度沟通"),
    StepKey.PROPOSALS: _("方案呈现"),
    StepKey.NEGOTIATION: _("谈判促成"),
    StepKey.CONTRACTS: _("签约启动"),
    StepKey.REVIEWS: _("复盘优化"),
}
"""The steps by their usual names, for lists over many playbooks; a case's own playbook may name them otherwise."""
