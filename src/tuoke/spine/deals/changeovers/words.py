from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuoke.base.kernel.verdict import Reason
from tuoke.spine.playbook.rules import StepKey
from tuoke.spine.playbook.words import STEP

SENTENCES = {
    "may_not_move": _("只有流程负责人可以批量换版。"),
    "version_not_published": _("这一版已经不是最新发布的版本，请打开最新版本再换。"),
    "source_unknown": _("选的版本不存在，请刷新页面。"),
    "nothing_to_move": _("选中的版本上没有在途商机，不需要换。"),
    "changeover_underway": _("已有一次换版正在进行，等它完成后再开始。"),
    "step_unmapped": _("还有商机在“%(step)s”，新版本没有这一步。请选它们接着走哪一步。"),
    "mapped_nowhere": _("新版本没有“%(to)s”，请选新版本有的步骤。"),
    "step_left_out": _("这类客户的流程里没有“%(step)s”，商机留在原版本。"),
    "signed": _("已经签约的商机只能放到签约启动或复盘优化，留在原版本。"),
    "not_signed": _("还没签约的商机不能直接放到“%(to)s”，留在原版本。"),
}


def said(reason: Reason) -> str:
    sentence = SENTENCES.get(reason.code)
    if sentence is None:
        return gettext("不能这样做（%(code)s）") % {"code": reason.code}
    return str(sentence) % {name: _step(value) for name, value in reason.params.items()}


def _step(value: object) -> object:
    try:
        return STEP[StepKey(str(value))]
    except ValueError:
        return value
