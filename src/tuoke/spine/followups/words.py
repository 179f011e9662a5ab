"""Refusals and row errors in words: what is wrong and what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.services.exchange.limits import Unreadable
from tuoke.spine.followups.rules import next_monday

SENTENCES = {
    # a follow-up
    "summary_missing": _("请写下沟通了什么，一两句话就够。"),
    "summary_too_long": _("摘要最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "summary_broken": _("摘要里有无法保存的字符，请删掉后再试。"),
    "channel_missing": _("请选择至少一种跟进方式。"),
    "at_in_future": _("跟进时间不能晚于现在。还没发生的，请写成下一步行动。"),
    "at_too_early": _("跟进时间早于 %(first)s，请检查年份。"),
    "contact_elsewhere": _("这位联系人不属于该客户，请重新选择。"),
    "action_elsewhere": _("所选的待办不属于这里，请刷新后再选。"),
    # a next action
    "title_missing": _("请写明下一步做什么。"),
    "title_too_long": _("下一步行动最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "title_broken": _("下一步行动里有无法保存的字符，请删掉后再试。"),
    "due_missing": _("请选择完成时限。"),
    "due_in_past": _("完成时限已经过去，请选今天（%(today)s）或以后的日期。"),
    "due_too_far": _("完成时限太远，请检查年份；最晚到 %(last)s。"),
    "time_missing": _("写了时长，请也选几点开始。"),
    "minutes_out_of_range": _("时长请填 %(least)s 到 %(most)s 分钟。"),
    "place_too_long": _("地点最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "place_broken": _("地点里有无法保存的字符，请删掉后再试。"),
    "note_too_long": _("说明最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "note_broken": _("说明里有无法保存的字符，请删掉后再试。"),
    "owner_not_allowed": _("只能交给自己、负责人、本团队的人或已加入该商机的同事。"),
    "action_done": _("这项已经完成了。"),
    "action_cancelled": _("这项已经取消了。"),
    # where it belongs
    "deal_closed": _("商机已输单或作废，不能再记录。需要继续时请先重新打开商机。"),
    "lead_converted": _("线索已转成商机，请在商机里记录。"),
    "lead_discarded": _("线索已标为无效，需要继续时请先恢复。"),
    "lead_in_pool": _("线索还在公海，请先领取再跟进。"),
    # a table
    "columns_missing": _("缺少这些列：%(columns)s。第一行应为：%(wanted)s。"),
    "cell_missing": _("这一格不能空着"),
    "stage_unknown": _("请写八个步骤之一，例如 深度沟通、方案呈现、谈判促成"),
    "channel_unknown": _("请写 电话、邮件、微信、短信、拜访、线下会议 或 线上会议，多种用 + 连接"),
    "action_missing": _("写了完成时限，请也写明下一步行动"),
    "date_in_future": _("跟进时间不能晚于今天，例如 2026-11-20"),
    "date_year_missing": _("日期要带年份，例如 2026-11-20"),
    "date_too_coarse": _("日期要写到日，例如 2026-11-20"),
    "date_unclear": _("日期请写成 2026-11-20"),
    "date_impossible": _("没有这一天，日期请写成 2026-11-20"),
    "date_too_early": _("日期太早，请检查年份"),
    "date_too_late": _("日期太晚，请检查年份"),
    "text_too_long": _("最多 %(limit)s 个字"),
    "text_broken": _("含有无法保存的字符，请重新输入"),
    "customer_elsewhere": _("这家客户由同事负责（%(name)s），请由负责人导入"),
    "may_not_write": _("您没有新建客户的权限"),
}


OTHER = "other"
"""The choice of a day of one's own."""


def quick_days(today: date) -> list[tuple[str, StrOrPromise]]:
    """The deadlines that are chosen most, each once, and a free choice."""
    days = {
        today + timedelta(days=1): _("明天"),
        today + timedelta(days=3): _("3 天后"),
        next_monday(today): _("下周一"),
    }
    return [*((day.isoformat(), said) for day, said in days.items()), (OTHER, _("选日期"))]


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    return _filled(str(said), reason.params) if said else gettext("不能保存（%(code)s）") % {"code": reason.code}


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


UNREADABLE = {
    "not_a_table": _("这不是 xlsx、xls 或 csv 文件。请另存为 xlsx 后再上传。"),
    "empty_file": _("文件是空的。"),
    "empty_sheet": _("工作表是空的：第一行应为列名，下面是记录。"),
    "too_large": _("文件太大，请分成几个文件。"),
    "too_many_columns": _("列太多（%(columns)s 列，最多 %(limit)s 列）。这张表应有 8 列。"),
    "bomb": _("文件解压后过大，不能读取。"),
    "encrypted": _("文件有密码，请去掉密码后再上传。"),
    "unknown_sheet": _("没有这个工作表。"),
    "no_header": _("没有找到列名所在的行。"),
}


def unreadable(problem: Unreadable) -> str:
    """Why a file can't be taken at all."""
    said = UNREADABLE.get(problem.code, _("文件已损坏，不能读取。请用表格软件打开后另存为 xlsx。"))
    return _filled(str(said), problem.params)


def owner_unknown(name: str, rows: list[int]) -> str:
    """A warning: the 责任人 of these rows isn't somebody here, so the text stays as it came."""
    said = "、".join(map(str, rows[:5])) + ("…" if len(rows) > 5 else "")
    return gettext("责任人“%(name)s”不是您团队里的人，按原文保留（第 %(rows)s 行）") % {"name": name, "rows": said}


def _filled(said: str, params: Mapping[str, object]) -> str:
    named = {
        key: "、".join(map(str, value)) if isinstance(value, tuple | list) else value for key, value in params.items()
    }
    return said % named if named and "%(" in said else said
