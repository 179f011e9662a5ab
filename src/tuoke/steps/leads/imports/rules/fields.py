"""The fields of a lead that a file may bring, and the headers by which they are known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from tuoke.services.exchange.rules import header_key


class Kind(StrEnum):
    """How a cell is read, and what becomes of a second column for the same field."""

    TEXT = "text"
    PLACE = "place"  # several columns are joined: 江苏省 苏州市
    LINES = "lines"  # several columns are kept as lines
    PHONE = "phone"
    EMAIL = "email"
    CODE = "code"
    COUNT = "count"
    AMOUNT = "amount"
    DAY = "day"
    YES_NO = "yes_no"
    SOURCE = "source"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Field:
    """``headers`` in order of preference: where two columns fill one field, the one named first wins."""

    name: str
    kind: Kind
    headers: tuple[str, ...]
    draft: str = ""

    @property
    def target(self) -> str:
        """The attribute (or beginning of a range's two attributes) of a ``LeadDraft``."""
        return self.draft or self.name


FIELDS: tuple[Field, ...] = (
    Field("company", Kind.TEXT, (
        "公司名称", "客户名称", "企业名称", "公司", "单位名称", "采购单位", "采购人", "公司名", "客户名", "企业", "名称", "单位",
        "客户公司", "关联客户", "线索名称", "客户", "company", "company name", "account", "account name", "organization",
        "organisation", "customer", "customer name", "client",
    )),
    Field("contact", Kind.TEXT, (
        "联系人", "姓名", "客户联系人", "联系人姓名", "联系人名称", "主要联系人", "contact", "contact name", "contact person",
        "full name", "name",
    )),
    Field("position", Kind.TEXT, ("职位", "职务", "岗位", "position", "job title", "title")),
    Field("phone", Kind.PHONE, (
        "手机", "手机号", "手机号码", "移动电话", "联系手机", "电话", "联系电话", "联系人电话", "电话号码", "联系方式", "固定电话",
        "座机", "座机电话", "办公电话", "mobile", "mobile phone", "cell", "cell phone", "phone", "phone number", "tel", "telephone",
    )),
    Field("email", Kind.EMAIL, (
        "邮箱", "电子邮件", "电子邮箱", "邮件", "邮箱地址", "联系邮箱", "email", "e-mail", "mail", "email address",
    )),
    Field("wechat", Kind.TEXT, ("微信", "微信号", "wechat", "wechat id")),
    Field("credit_code", Kind.CODE, (
        "统一社会信用代码", "社会信用代码", "统一信用代码", "信用代码", "credit code", "uscc",
    )),
    Field("industry", Kind.TEXT, (
        "行业", "所属行业", "客户行业", "行业类别", "行业划分", "行业分类", "industry", "sector",
    )),
    Field("region", Kind.PLACE, (
        "省市", "地区", "区域", "所在地区", "所在地", "客户区域", "所在省份", "省份", "省", "省/自治区", "所在城市", "地市", "城市", "市",
        "region", "province", "state", "city",
    )),
    Field("address", Kind.TEXT, ("详细地址", "地址", "公司地址", "联系地址", "单位地址", "办公地址", "address")),
    Field("staff", Kind.COUNT, (
        "员工人数", "公司规模", "人数", "人员规模", "企业规模", "员工规模", "员工数", "规模", "employees", "staff", "headcount",
        "company size",
    )),
    Field("revenue", Kind.AMOUNT, (
        "年营收", "销售收入", "年收入", "营业收入", "年营业额", "年销售额", "营收", "revenue", "annual revenue",
    )),
    Field("source", Kind.SOURCE, (
        "线索来源", "客户来源", "来源", "渠道", "来源渠道", "商机来源", "lead source", "source", "channel",
    )),
    Field("source_detail", Kind.TEXT, ("来源明细", "线上来源详情", "来源详情", "source detail")),
    Field("budget", Kind.AMOUNT, (
        "预算", "预算金额", "采购预算", "项目预算", "金额", "预计金额", "商机金额", "意向金额", "budget", "amount",
    )),
    Field("purchase_date", Kind.DAY, (
        "预计采购时间", "预计时间", "采购计划", "预计采购日期", "计划采购时间", "采购时间", "预计成交日期", "预计成交时间",
        "purchase date", "expected close", "expected close date", "close date",
    ), "purchase_on"),
    Field("decision_maker", Kind.YES_NO, (
        "是否接触决策人", "已接触决策人", "是否接触到决策人", "是否关键决策人", "决策人", "decision maker", "decision maker contacted",
    )),
    Field("pains", Kind.TEXT, (
        "项目名称", "采购项目名称", "商机名称", "意向产品", "需求", "痛点", "客户需求", "采购需求", "需求描述", "采购需求概况", "需求概况",
        "项目需求", "project", "project name", "need", "needs", "requirement", "requirements", "pains", "pain points", "want",
    ), "want"),
    Field("owner", Kind.OWNER, (
        "负责人", "归属人", "业务负责人", "销售负责人", "跟进人", "所有人", "owner", "sales rep", "sales agent",
    )),
    Field("note", Kind.LINES, (
        "备注", "跟进记录", "备注信息", "沟通内容", "跟进内容", "公司简介", "客户简介", "企业简介", "简介", "说明", "note", "notes", "remark",
        "remarks", "comment", "comments", "description",
    )),
)  # fmt: skip

_BY_NAME = {field.name: field for field in FIELDS}
_BY_KEY = {header_key(text): field for field in reversed(FIELDS) for text in field.headers}

_COMMON = {
    "客户", "企业", "单位", "公司", "名称", "省", "市", "name", "title", "source", "note", "state", "city", "project", "client",
    "customer",
}  # fmt: skip

KNOWN_HEADERS: frozenset[str] = frozenset(_BY_KEY) - _COMMON
"""``header_key``s: they help to find the header row, and to notice header rows among the data. Words that may as well be
somebody's data are left out."""

PARTY_FIELDS = ("company", "contact", "phone", "email", "wechat")
"""One of them must be there, or nobody is known."""


def field_of(name: str) -> Field | None:
    return _BY_NAME.get(name)


def field_for_header(key: str) -> Field | None:
    """The field whose headers contain this one."""
    return _BY_KEY.get(key)


@cache
def field_within_header(key: str) -> Field | None:
    """The field of which a long header is a part of this one: 甲方公司名称, 您的联系电话."""
    for known, field in sorted(_BY_KEY.items(), key=lambda pair: -len(pair[0])):
        if len(known) >= 4 and not known.isascii() and known in key:
            return field
    return None


def rank(field: Field, key: str) -> int:
    """Where two columns fill one field, the lower rank wins; a header that the user chose himself comes first."""
    return _ranks(field).get(key, -1)


@cache
def _ranks(field: Field) -> dict[str, int]:
    return {header_key(text): place for place, text in enumerate(field.headers)}
