"""Codes in words: the fields, what is wrong with a file or a row, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict

FIELD_NAMES: Mapping[str, StrOrPromise] = {
    "company": _("公司名称"),
    "contact": _("联系人"),
    "position": _("职位"),
    "phone": _("电话"),
    "email": _("邮箱"),
    "wechat": _("微信"),
    "credit_code": _("统一社会信用代码"),
    "industry": _("行业"),
    "region": _("地区"),
    "address": _("地址"),
    "staff": _("员工人数"),
    "revenue": _("年营收"),
    "source": _("线索来源"),
    "source_detail": _("来源明细"),
    "budget": _("预算"),
    "purchase_date": _("预计采购时间"),
    "decision_maker": _("是否接触决策人"),
    "pains": _("需求 / 项目名称"),
    "owner": _("负责人"),
    "note": _("备注"),
}

TEMPLATE_HEADERS = (
    "*公司名称", "联系人", "职位", "手机", "邮箱", "微信", "统一社会信用代码", "行业", "地区", "地址", "员工人数", "年营收(万元)", "线索来源",
    "来源明细", "预算金额(万元)", "预计采购时间", "是否接触决策人", "需求", "负责人", "备注",
)  # fmt: skip
"""The columns of the template file: every field once, by a header that comes in again. The star marks what is needed."""

WRONG: Mapping[str, tuple[StrOrPromise, StrOrPromise]] = {
    "header_row": (_("这是表头，不是数据"), _("删除这一行")),
    "total_row": (_("这是合计行，不是线索"), _("删除这一行")),
    "shifted_row": (_("内容与列不符，整行可能错位了"), _("把各个值移回自己的列")),
    "extra_cells": (_("最后一列右边还有内容"), _("给它加上表头，或者移回自己的列")),
    "nobody": (_("没有公司、联系人、电话、邮箱或微信"), _("至少填写其中一项")),
    "no_match": (_("按规则没有提取到内容"), _("改正内容，或者修改提取规则")),
    "unit_unknown": (_("金额没有单位"), _("写成 20万 或 200000元，或者为这一列选择单位")),
    "amount_unclear": (_("看不懂的金额"), _("例如 20万、20-50万、200000元")),
    "amount_is_range": (_("这里要一个金额，不是范围"), _("例如 20万")),
    "foreign_currency": (_("不是人民币"), _("换算成人民币，例如 20万元")),
    "negative": (_("不能是负数"), _("填写 0 或更大的数")),
    "too_big": (_("数字太大"), _("检查单位和小数点")),
    "number_unclear": (_("看不懂的数字"), _("例如 120、100-500人、1000人以上")),
    "date_year_missing": (_("日期没有年份"), _("例如 2026-07-01 或 2026年7月")),
    "date_too_coarse": (_("日期太笼统"), _("至少写到月，例如 2026年7月")),
    "date_unclear": (_("看不懂的日期"), _("例如 2026-07-01 或 2026年7月")),
    "date_impossible": (_("没有这一天"), _("检查月份和日期")),
    "date_too_early": (_("日期太早"), _("检查年份")),
    "date_too_late": (_("日期太晚"), _("检查年份")),
    "phone_invalid": (_("不是电话号码"), _("例如 13800138000、0531-61234567")),
    "email_invalid": (_("不是邮箱地址"), _("例如 name@example.com")),
    "credit_code_invalid": (_("统一社会信用代码不对"), _("18 位，最后一位是校验码")),
    "yes_no_unclear": (_("这里要填是或否"), _("填写 是 或 否，不知道就留空")),
    "text_broken": (_("含有损坏的字符"), _("重新输入这一格")),
    "text_too_long": (_("文字太长"), _("缩短，或者放到备注里")),
    "too_long": (_("文字太长"), _("缩短，或者放到备注里")),
    "too_many_values": (_("未对应的列太多"), _("最多保留 200 列")),
    "range_reversed": (_("范围的两端颠倒了"), _("小的在前，大的在后")),
    "owner_not_allowed": (_("不能分给这位负责人"), _("换成您可以分配的同事")),
    "lead_exists": (_("同一客户的同一需求已经有线索"), _("需要时选择更新已有的")),
    "lead_of_another": (_("已有的线索由别人负责，您不能更新"), _("联系负责人")),
    "cell_error": (_("单元格是公式错误"), _("改好公式，或者直接填写值")),
    "differs": (_("与已有的不一致"), ""),
    "like_lead": (_("与已有的线索相似"), _("确认是不是同一家")),
    "like_customer": (_("与已有的客户相似"), _("确认是不是新的需求")),
}
"""Of a row: what is wrong, and what would be right."""

REFUSALS: Mapping[str, StrOrPromise] = {
    "nobody_mapped": _("没有一列是公司、联系人、电话、邮箱或微信（现有的列：%(headers)s）"),
    "unknown_field": _("「%(column)s」对应的字段 %(field)s 不存在；可以用 %(known)s"),
    "unknown_unit": _("「%(column)s」的单位 %(unit)s 不认识；可以用 元、千元、万元、百万元、亿元"),
    "unit_without_amount": _("「%(column)s」不是金额，不能有单位"),
    "bad_regex": _("「%(column)s」的提取规则写错了：%(pattern)s"),
    "slow_regex": _("「%(column)s」的提取规则太复杂，可能算不完：%(pattern)s"),
    "column_twice": _("「%(column)s」指定了两次"),
    "column_ambiguous": _("有几列都叫「%(column)s」，请用列号指定：%(letters)s"),
    "unknown_column": _("没有「%(column)s」这一列（现有的列：%(headers)s）"),
    "map_unclear": _("看不懂的对应关系 %(text)s；写成 列名=字段、列名=字段:单位 或 列名=字段:/正则/"),
    "owner_not_allowed": _("不能分给 %(name)s"),
    "may_not_import": _("您没有导入线索的权限"),
    "may_not_write": _("您没有新建线索的权限"),
    "no_sheet": _("请至少选择一个工作表"),
    "sheets_disagree": _("工作表「%(sheet)s」的表头与「%(first)s」不同（%(headers)s），不能一起导入；请分开导入"),
    "not_undoable": _("这次导入没有可以撤销的线索"),
    "undo_too_late": _("超过 %(days)s 天的导入不能撤销"),
    "not_mapped": _("请先对应各列"),
    "not_checked": _("请先检查会发生什么"),
    "not_running": _("它已经不在运行了"),
    "not_resumable": _("这次导入不能继续，请重新上传文件"),
    "already_started": _("已经开始导入，不能再修改"),
}

UNREADABLE: Mapping[str, StrOrPromise] = {
    "not_a_table": _("这不是表格文件，或者内容与扩展名不符；请用 xlsx、xls 或 csv"),
    "empty_file": _("文件是空的"),
    "empty_sheet": _("工作表是空的"),
    "too_large": _("文件太大"),
    "too_many_columns": _("列太多；最多 512 列"),
    "bomb": _("这个压缩文件展开后太大，没有打开"),
    "encrypted": _("文件有密码；请去掉密码再上传"),
    "unknown_sheet": _("没有这个工作表"),
    "broken_file": _("文件损坏，读不出来；请重新保存再试"),
    "no_header": _("没有找到表头；第一行应当是列名"),
    "file_gone": _("上传的文件已经不在了，请重新上传"),
    "worker_lost": _("后台任务多次中断；请点继续，仍不行就联系管理员"),
    "may_not_write": _("您没有新建线索的权限"),
}


MATCHED: Mapping[str, StrOrPromise] = {
    "name": _("名称"),
    "core": _("字号"),
    "name_like": _("名称相近"),
    "sound": _("读音相近"),
    "phone": _("电话"),
    "switchboard": _("总机"),
    "email": _("邮箱"),
    "wechat": _("微信"),
    "contact": _("联系人"),
    "credit_code": _("统一社会信用代码"),
}
"""By what a row looks like something that is there."""


TOO_LARGE: Mapping[str, StrOrPromise] = {
    "rows": _("行太多；最多 %(limit)s 行，请分成几个文件"),
    "line": _("有一行太长，可能引号没有成对"),
    "memory": _("文件展开后占用的内存太多；请分成几个文件，或者另存为 csv 再试"),
    "file": _("文件太大；最多 200 MB"),
}


def row_reason(code: str, column: str, found: str) -> str:
    """「金额」金额没有单位：11.2。写成 20万 …"""
    wrong, right = WRONG.get(code, (code, ""))
    if code.startswith("like_"):
        return _alike(str(wrong), found)
    name = FIELD_NAMES.get(column, column) if code == "differs" else column
    place = f"「{name}」" if column else ""
    shown = f"：{found[:120]}" if found and column else ""
    return f"{place}{wrong}{shown}" + (_now("。") + str(right) if right else "")


def _alike(wrong: str, found: str) -> str:
    """与已有的线索相似 87%（名称、电话）"""
    score, *codes = found.split()
    matched = _now("、").join(str(MATCHED[code]) for code in codes if code in MATCHED)
    return f"{wrong} {score}%" + (_now("（%(matched)s）") % {"matched": matched} if matched else "")


def all_said(reasons: Sequence[Sequence[str]]) -> str:
    return _now("；").join(row_reason(*reason) for reason in reasons)


def with_right(reasons: Sequence[Sequence[str]]) -> tuple[tuple[str, str, str], ...]:
    """(code, column, what would be right) for other programs."""
    return tuple((code, column, str(WRONG.get(code, ("", ""))[1])) for code, column, *_found in reasons)


def refusal(reason: Reason) -> str:
    said = REFUSALS.get(reason.code)
    return str(said) % reason.params if said else reason.code


def refusals(verdict: Verdict) -> list[str]:
    return [refusal(reason) for reason in verdict.reasons]


def unreadable(code: str, params: Mapping[str, object] | None = None) -> str:
    said = str(UNREADABLE.get(code, code))
    if code == "too_large" and params:
        what = TOO_LARGE.get(str(params.get("what", "")))
        return str(what) % params if what else said
    return said


def owners_unknown(count: int) -> str:
    return _now("%(count)s 行的负责人不认识，已作为其他信息保留") % {"count": count}


def sources_unknown(count: int) -> str:
    return _now("%(count)s 行的线索来源不在来源表里，已归入其他并保留原文") % {"count": count}


def conflicts(count: int) -> str:
    return _now("%(count)s 行与已有的线索有不一致的地方") % {"count": count}


def shared_field(field: str, headers: Sequence[str]) -> str:
    first, *others = headers
    said = _now("「%(others)s」也导入为%(field)s：以「%(first)s」为准，其余的内容作为其他信息保留")
    return said % {"others": "」「".join(others), "field": FIELD_NAMES[field], "first": first}


def hidden_rows(count: int) -> str:
    return _now("文件里有 %(count)s 个隐藏的行（例如被筛选掉的），也会导入") % {"count": count}
