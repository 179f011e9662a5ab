"""Files that nobody here wrote: every row is either right or rejected with a reason. Counted twice, in two ways."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Refused
from tuoke.spine.customers.models import Lead
from tuoke.steps.leads.imports.actions import import_leads, rehearse_leads
from tuoke.steps.leads.imports.rules import MapOption, parse_map_option

pytestmark = pytest.mark.django_db

TITLE = r"标题=company:/^(.+?)\d{4}年/"
FORM_A = "output_0d25576b-be0c-4dea-8c7f-f43c36981c8b.xlsx"
CLEAN = "output_8214d9f9-a3f4-4ad5-a3a3-196fe8cd2e66.xlsx"
FORM_B = "output_f738257c-f2fc-47e5-9a75-e2917a7197dc.xlsx"


@pytest.fixture
def shandong(shared_data):
    return shared_data / "shandong_purchase_intentions"


@pytest.fixture
def templates(shared_data):
    return shared_data / "cn_crm_templates"


@pytest.fixture
def channels(shared_data):
    return shared_data / "gb18030_channels"


def maps(*texts):
    options = [parse_map_option(text) for text in texts]
    assert all(isinstance(option, MapOption) for option in options)
    return options


@pytest.fixture
def take(now):
    def taken(path, *texts, **more):
        arguments = {"by": system("test"), "clock": lambda: now, "map_options": maps(*texts), **more}
        rehearsed = rehearse_leads(path, **arguments)
        result = import_leads(path, **arguments)
        figures = [
            {k: v for k, v in r.as_json().items() if k not in ("seconds", "warnings")} for r in (rehearsed, result)
        ]
        assert figures[0] == figures[1], "the dry run says what the run does"
        assert result.rows == sum((result.created, result.updated, result.skipped, result.duplicates, result.rejected))
        return result

    return taken


def cells_of(path):
    """The sheet as another reader sees it, without its header."""
    workbook = CalamineWorkbook.from_path(str(path))
    rows = workbook.get_sheet_by_index(0).to_python()
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


# Form A: the buyer has a column, the amount no unit


def counted_a(path):
    rows = cells_of(path)
    headers = [r for r in rows if r["金额"] == "拟面向中小企业预留"]
    shifted = [r for r in rows if r["金额"] in ("是", "否")]
    right = [r for r in rows if r not in headers and r not in shifted]
    return len(rows), len(headers), len(shifted), right


def test_form_a_asks_for_the_unit(take, shandong):
    rows, headers, shifted, right = counted_a(shandong / FORM_A)
    result = take(shandong / FORM_A)
    assert (result.rows, result.created, result.rejected) == (rows, 0, rows) == (63, 0, 63)
    assert result.reasons == {"header_row": headers, "shifted_row": shifted, "unit_unknown": len(right)}


def test_form_a_with_its_unit(take, shandong):
    rows, headers, shifted, right = counted_a(shandong / FORM_A)
    result = take(shandong / FORM_A, "金额=budget:万元")
    assert (headers, shifted, len(right)) == (7, 20, 36)
    assert (result.rows, result.created, result.rejected) == (rows, 36, 27)
    assert result.reasons == {"header_row": 7, "shifted_row": 20}
    stored = Counter(Lead.objects.values_list("company", "want", "budget_low", "budget_high", "purchase_on"))
    expected = Counter(
        (r["客户名称"], r["项目名称"], Decimal(r["金额"]) * 10_000, Decimal(r["金额"]) * 10_000, month(r["预计时间"]))
        for r in right
    )
    assert stored == expected


def test_the_same_file_again_adds_nothing(take, shandong):
    take(shandong / FORM_A, "金额=budget:万元")
    for duplicates in ("skip", "update", "new"):
        result = again(shandong / FORM_A, duplicates)
        assert (result.created, result.updated, result.skipped, result.rejected) == (0, 0, 36, 27)
    assert Lead.objects.count() == 36


def again(path, duplicates):
    from django.utils import timezone

    from tuoke.steps.leads.imports.actions import Options
    from tuoke.steps.leads.imports.rules.runs import Duplicates

    options = Options(duplicates=Duplicates(duplicates))
    return import_leads(
        path, by=system("test"), clock=timezone.now, options=options, map_options=maps("金额=budget:万元")
    )


# Form B: the buyer stands in the title only


def test_form_b_without_a_company_is_refused(shandong, now):
    with pytest.raises(Refused) as refused:
        import_leads(shandong / CLEAN, by=system("test"), clock=lambda: now)
    assert refused.value.verdict.codes == ("nobody_mapped",)
    assert not Lead.objects.exists()


def test_the_clean_control(take, shandong):
    result = take(shandong / CLEAN, TITLE)
    assert (result.rows, result.created, result.rejected) == (21, 21, 0)
    leads = list(Lead.objects.order_by("id"))
    assert sum(lead.budget_low for lead in leads) == Decimal("22944700.00")
    assert {(lead.company, lead.want) for lead in leads} == {
        (r["标题"].split("2026年")[0], r["采购项目名称"]) for r in cells_of(shandong / CLEAN)
    }
    assert all(lead.attributes["采购需求概况"] and lead.attributes["标题"] for lead in leads)
    assert {lead.region for lead in leads} == {"山东省本级"}


def test_form_b_with_headers_inside_and_shifted_rows(take, shandong):
    rows = cells_of(shandong / FORM_B)
    headers = [r for r in rows if r["预算金额(万元)"] == "拟面向中小企业预留"]
    shifted = [r for r in rows if r["预算金额(万元)"] in ("是", "否")]
    right = [r for r in rows if r not in headers and r not in shifted]
    result = take(shandong / FORM_B, TITLE)
    assert (len(rows), len(headers), len(shifted), len(right)) == (40, 10, 15, 15)
    assert (result.rows, result.created, result.reasons) == (40, 15, {"header_row": 10, "shifted_row": 15})
    assert sum(Lead.objects.values_list("budget_low", flat=True)) == sum(
        Decimal(r["预算金额(万元)"]) * 10_000 for r in right
    )


def test_both_forms_of_one_purchase_are_one_lead(take, shandong):
    """All 15 purchases of the defect file are among the 21 of the control: same buyer, same project."""
    take(shandong / CLEAN, TITLE)
    result = take(shandong / FORM_B, TITLE)
    expected = {(r["标题"], r["采购项目名称"]) for r in cells_of(shandong / CLEAN)}
    known = sum(
        (r["标题"], r["采购项目名称"]) in expected
        for r in cells_of(shandong / FORM_B)
        if r["预算金额(万元)"] not in ("是", "否", "拟面向中小企业预留")
    )
    assert (result.duplicates + result.skipped, result.created) == (known, 15 - known)


# Import templates of other CRMs


def test_a_template_with_notes(take, templates):
    result = take(templates / "kevin_客户导入模板.xlsx")
    assert (result.rows, result.created) == (3, 3)
    lead = Lead.objects.get(company="YY建材市场")
    assert (lead.contact, lead.phone, lead.email, lead.wechat) == ("李总", "+8613900139002", "li@yy.com", "li_wechat")
    assert (lead.region, lead.want, lead.note) == ("上海闵行", "市场门口需要安装大型遮阳棚", "预算10万左右")
    assert lead.attributes == {"类型": "商业"}
    assert lead.budget_low is None  # what stands in a note is nobody's budget


@pytest.mark.parametrize("version", [1, 2])
def test_a_customer_template(take, templates, version):
    path = templates / f"offertech_客户导入模板_v{version}.xls"
    (row,) = cells_of(path)
    result = take(path)
    assert (result.rows, result.created) == (1, 1)
    lead = Lead.objects.get()
    assert (lead.company, lead.contact, lead.position) == (row["客户名称"], row["联系人"], row["职位"])
    assert lead.phone == "+8613800138000"
    assert lead.region == f"{row['所在省份']} {row['所在城市']}"
    assert lead.note == row["公司简介"]
    assert (lead.revenue_low, lead.revenue_high) == ({1: Decimal(10**7), 2: Decimal(10**8)}[version], None)
    assert (lead.staff_low, lead.staff_high) == {1: (None, None), 2: (150, 500)}[version]
    assert lead.source_detail == "电话营销"
    assert lead.attributes["注册资金"] == "1000万以上"
    assert lead.attributes.get("固定电话", "") == row["固定电话"]


@pytest.mark.parametrize("name", ["offertech_合同导入模板_v1.xls", "offertech_合同导入模板_v2.xls"])
def test_a_template_without_rows_brings_nothing(take, templates, name):
    result = take(templates / name)
    assert (result.rows, result.created) == (0, 0)


@pytest.mark.parametrize("name", ["headers_seen.csv", "wukong11_default_fields.csv"])
def test_a_list_about_headers_is_no_list_of_leads(templates, name, now):
    with pytest.raises(Refused) as refused:
        import_leads(templates / name, by=system("test"), clock=lambda: now)
    assert refused.value.verdict.codes == ("nobody_mapped",)


# GB18030


@pytest.mark.parametrize("name", ["流量练习数据.csv", "流量练习数据1.csv", "流量练习数据.xls"])
def test_chinese_encodings(take, channels, name):
    result = take(channels / name, "来源明细=company", "流量来源=source")
    assert (result.rows, result.rejected) == (22, 0)
    first = Lead.objects.order_by("id").first()
    assert (first.company, first.source_detail) == ("-A", "一级")
    assert (first.attributes["访客数"], first.attributes["客单价"]) == ("35188", "54.3")
    assert first.attributes["支付转化率"] == ("0.0998" if name.endswith("xls") else "9.98%")


def test_the_three_encodings_say_the_same(take, channels):
    """The same 22 channels: as GB18030, as UTF-8 with a running number, as BIFF with numbers for percentages."""
    first = take(channels / "流量练习数据.csv", "来源明细=company")
    assert first.created + first.duplicates == 22
    for name in ("流量练习数据1.csv", "流量练习数据.xls"):
        result = take(channels / name, "来源明细=company")
        assert result.created == 0


def month(text):
    from datetime import date

    year, rest = text.split("年")
    return date(int(year), int(rest.rstrip("月")), 1)
