"""Names of companies as keys for finding the same one again, and the social credit code (GB 32100-2015).

What makes two names one company (S2.3):

* ``company_key`` is identity. Width, case, blanks, brackets, the legal form and how the place is written (深圳, 深圳市,
  广东省深圳市) don't matter: within one city a name is registered once.
* Another place, or none, is another company until somebody says so: 北京华联 and 上海华联 have nothing to do with
  each other. Neither has a group with the company of its name, nor a branch with its parent: contracts and buyers
  differ.
* ``company_name`` takes a name apart, so that such names are found as look-alikes (``core`` the same), never as the same.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from tuoke.services.exchange.rules.cells import Cell, Problem, compact
from tuoke.services.exchange.rules.places import PLACES, Place, split_place

_NOISE = re.compile(r"[\W_]+")
_FORM = "(?:股份有限公司|有限责任公司|有限責任公司|有限公司|股份公司|责任公司|股份合作公司)"
_BRANCH_WORD = "(?:分公司|分行|支行|分理处|办事处|分部|分店|门店|营业部|营业厅|代表处|分厂|分社|分院|分校|分中心|项目部|工作站|服务部|子公司)"
_BRANCH = re.compile(rf"{_FORM}(?=.{{0,20}}{_BRANCH_WORD}$)")
_IS_BRANCH = re.compile(rf"{_BRANCH_WORD}$")
_SUFFIX = re.compile(
    rf"(?:{_FORM}|(?:有限合伙|普通合伙|特殊普通合伙|个人独资|个体工商户)|(?<!分)(?<!总)(?<!子)公司"
    r"|(?:co|pte|pty)?\.?,?(?:ltd|limited)\.?|co\.?,?ltd\.?|inc|incorporated|llc|llp|corp|corporation|gmbh|株式会社)$"
)
_BRACKETED = re.compile(r"[(（【\[]\s*([^()（）【】\[\]]{2,12})\s*[)）】\]]")
_GROUP = re.compile(r"集团(?:总公司)?$")
_TRADE = re.compile(
    "科技|技术|信息|网络|软件|数据|智能|电子|电气|电器|电力|电缆|电线|通信|通讯|光电|机械|机电|精密|设备|装备|制造|仪器|仪表|工具|模具|五金|金属|钢铁|铝业"
    "|汽车|汽配|化工|化学|材料|新材|塑料|塑胶|橡胶|包装|印刷|纸业|纺织|服装|服饰|鞋业|家具|家居|建材|建筑|建设|工程|装饰|装潢|设计|园林|环保|环境|能源|新能源"
    "|石油|燃气|水务|水泥|矿业|地产|房地产|置业|物业|物流|运输|货运|供应链|快递|贸易|商贸|商业|实业|工贸|进出口|国际|百货|超市|连锁|零售|食品|饮料|饮品|酒业|茶业"
    "|农业|农牧|种业|饲料|水产|餐饮|酒店|旅游|旅行社|文化|传媒|广告|影视|娱乐|体育|教育|培训|咨询|管理|企业|服务|顾问|投资|资本|资产|基金|证券|保险|银行|金融|财务|担保"
    "|租赁|律师|会计师|人力|人才|劳务|医疗|医药|药业|制药|生物|健康|医院|诊所|保健|美容|化妆品|日化|珠宝|眼镜|玩具|礼品|发展|开发|产业|集团|控股|研究|中心|大学|学院|学校|中学|小学|幼儿园"
    "|人民政府|政府|人民医院|管理局|委员会|办公室|公安局|财政局|教育局|局$|厂$|行$|店$|社$|站$|馆$"
)
_SHORTEST_BRAND = 2

_CODE_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE = re.compile(rf"[{_CODE_CHARS}]{{2}}[0-9]{{6}}[{_CODE_CHARS}]{{10}}")
_VALUES = {char: value for value, char in enumerate(_CODE_CHARS)}
_WEIGHTS = tuple(3**place % 31 for place in range(17))


class CompanyName(NamedTuple):
    """A company's name taken apart. ``key`` is identity, ``core`` the key without place and 集团; ``brand`` and ``trade``
    are its two parts: 华辰 + 精密机械. Where nothing that tells companies apart would be left (北京银行), the core is the
    whole key and there is no brand. ``branch`` is the whole name of a branch, blank for a company."""

    key: str
    core: str
    brand: str
    trade: str
    place: Place
    branch: str


def company_key(name: str) -> str:
    """What spellings of one company share. Branches keep their branch. Blank only for a blank name."""
    return _key_and_place(name)[0]


@lru_cache(maxsize=8192)
def company_name(name: str) -> CompanyName:
    key, said, place = _key_and_place(name)
    branch = key if _IS_BRANCH.search(key) else ""
    rest = key[len(said) :]
    if not place.province:
        rest, place = _without_bracketed_place(name, rest)
    rest = _GROUP.sub("", rest) or rest
    brand, trade = _split(rest)
    if len(brand) < _SHORTEST_BRAND:
        return CompanyName(key, key, "", key, place, branch)
    return CompanyName(key, rest, brand, trade, place, branch)


def text_key(text: str) -> str:
    """NFKC, case-folded, letters and digits only; a text of nothing else is itself."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NOISE.sub("", folded) or folded.strip()


def credit_code(cell: Cell) -> str | Problem | None:
    """18 characters whose last one checks the others."""
    folded = compact(cell)
    if folded is None or isinstance(folded, Problem):
        return folded
    code = folded.upper().replace("-", "").replace(" ", "")
    if not _CODE.fullmatch(code) or code[-1] != check_character(code[:17]):
        return Problem("credit_code_invalid", {"text": code[:40]})
    return code


def check_character(code: str) -> str:
    """The 18th character for the first 17."""
    return _CODE_CHARS[-sum(_VALUES[char] * weight for char, weight in zip(code, _WEIGHTS, strict=True)) % 31]


def _key_and_place(name: str) -> tuple[str, str, Place]:
    folded = text_key(name)
    bare = _SUFFIX.sub("", _BRANCH.sub("", folded, count=1), count=1) or folded
    said, place, rest = split_place(bare)
    return said + rest, said, place


def _without_bracketed_place(name: str, rest: str) -> tuple[str, Place]:
    """西门子（中国）, 华辰技术（深圳）: the place stands in brackets behind the name."""
    for found in _BRACKETED.finditer(name):
        inner = text_key(found[1])
        said = inner.removesuffix("市").removesuffix("省")
        if said != "中国" and said not in PLACES:
            continue
        before, here, after = rest.rpartition(inner)
        if here and len(before) >= _SHORTEST_BRAND:
            return before + after, PLACES.get(said, Place())
    return rest, Place()


def _split(core: str) -> tuple[str, str]:
    """Brand and trade: the trade begins with the first word that many companies bear."""
    found = _TRADE.search(core)
    return (core[: found.start()], core[found.start() :]) if found else (core, "")
