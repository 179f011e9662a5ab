"""``tuoke import``: exit codes, one JSON object on stdout, one clear line on stderr."""

from __future__ import annotations

import json
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from tuoke.doors.cli.main import main
from tuoke.services.exchange.writing import write_table
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.models import Lead
from tuoke.steps.leads.imports.actions import runs
from tuoke.steps.leads.imports.models import LeadImport
from tuoke.steps.leads.imports.rules import REASON_HEADER, ROW_HEADER

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "leads.xlsx"
    rows = (("华辰", "13800138000", 20), ("海风", "12", 30), ("远帆", "13900139000", 40))
    write_table(path, headers=("公司", "手机", "总价"), rows=rows)
    return path


@pytest.fixture
def tuoke(capsys):
    def run(*words):
        code = main(["import", *map(str, words)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_json_is_all_that_is_on_stdout(tuoke, file, tmp_path):
    rejects = tmp_path / "rejects.xlsx"
    code, out, err = tuoke("leads", file, "--map", "总价=budget:万元", "--rejects", rejects, "--json")
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert answer.pop("seconds") >= 0
    assert answer == {
        "rows": 3, "created": 2, "updated": 0, "skipped": 0, "duplicates": 0, "rejected": 1,
        "reasons": {"phone_invalid": 1}, "warnings": [],
    }  # fmt: skip
    assert sorted(Lead.objects.values_list("company", "budget_low", "owner")) == [
        ("华辰", 200_000, None),
        ("远帆", 400_000, None),
    ]
    header, row = CalamineWorkbook.from_path(rejects).get_sheet_by_index(0).to_python()
    assert header[:3] == ["公司", "手机", "总价"]
    assert row[:3] == ["海风", "12", 30]
    assert row[header.index(ROW_HEADER)] == 3
    assert "不是电话号码" in row[header.index(REASON_HEADER)]


def test_a_dry_run_writes_no_lead_but_the_rejects(tuoke, file, tmp_path):
    rejects = tmp_path / "rejects.csv"
    code, out, _ = tuoke("leads", file, "--dry-run", "--rejects", rejects, "--json")
    assert (code, json.loads(out)["created"], Lead.objects.count()) == (0, 2, 0)
    assert rejects.read_text("utf-8-sig").count("\n") == 2


def test_owner_campaign_and_duplicates(tuoke, file, company, now):
    Campaign.objects.create(name="华东一期", starts_on=now.date(), ends_on=now.date(), owner=company.director)
    tuoke("leads", file, "--owner", "rep", "--campaign", "华东一期")
    assert set(Lead.objects.values_list("owner__username", "campaign__name")) == {("rep", "华东一期")}
    _, out, _ = tuoke("leads", file, "--duplicates", "new", "--pool", "--json")
    assert (json.loads(out)["skipped"], Lead.objects.count()) == (2, 2)


def test_without_json_the_same_figures_are_lines(tuoke, file):
    _, out, _ = tuoke("leads", file)
    assert "created: 2\n" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--map", "总价"], "看不懂的对应关系"),
        (["--map", "单价=budget"], "没有「单价」这一列"),
        (["--map", "总价=budjet"], "budjet 不存在"),
        (["--map", "总价=budget:斤"], "斤"),
        (["--map", "总价=budget:/(/"], "写错了"),
        (["--map", "公司=note", "--map", "手机=note"], "没有一列是公司"),
        (["--owner", "nobody"], "nobody"),
        (["--campaign", "无"], "no campaign"),
        (["--sheet", "没有"], "没有这个工作表"),
        (["--rejects", "out.pdf"], "must end with .xlsx"),
        (["--rejects", "/no/such/folder/out.xlsx"], "there is no folder"),
    ],
)
def test_what_can_not_be_is_refused_in_one_line(tuoke, file, words, said):
    code, out, err = tuoke("leads", file, *words, "--json")
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert not Lead.objects.exists()
    assert not LeadImport.objects.exists()


def bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 200_000_000)


BAD = {
    "missing.xlsx": None,
    "empty.xlsx": lambda path: path.write_bytes(b""),
    "picture.xlsx": lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
    "page.csv": lambda path: path.write_bytes(b"%PDF-1.4\n%\xe2\xe3"),
    "wide.xlsx": lambda path: write_table(path, headers=["列"] * 16_384, rows=[]),
    "wide.csv": lambda path: path.write_text(",".join(["列"] * 16_384), encoding="utf-8"),
    "blank.xlsx": lambda path: write_table(path, headers=[], rows=[]),
    "bomb.xlsx": bomb,
    "folder.xlsx": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("kind", ["leads", "followups", "needs", "profile", "history"])
def test_a_file_that_is_none_is_refused_in_one_line(tuoke, tmp_path, kind, name):
    path = tmp_path / name
    if BAD[name]:
        BAD[name](path)
    code, out, err = tuoke(kind, path, "--json")
    assert (code, out) == (2, "")
    assert err.startswith(f"tuoke: {path}: ")
    assert err.count("\n") == 1
    assert not LeadImport.objects.exists()


def test_an_interrupted_import_says_how_far_it_is_and_goes_on(tuoke, file, monkeypatch):
    monkeypatch.setattr(runs, "CHUNK", 1)
    real, calls = runs.run_chunk, []

    def interrupted(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(runs, "run_chunk", interrupted)
    code, out, err = tuoke("leads", file, "--json")
    assert (code, out) == (1, "")
    assert "stored up to row 2; run the same command again" in err
    code, out, _ = tuoke("leads", file, "--json")
    answer = json.loads(out)
    assert (code, answer["rows"], answer["created"], answer["rejected"]) == (0, 3, 2, 1)
    assert LeadImport.objects.count() == 1
    assert Lead.objects.count() == 2


def test_the_history_of_another_crm(tuoke, shared_data):
    code, out, _ = tuoke("history", shared_data / "maven_crm" / "sales_pipeline.csv", "--json")
    answer = json.loads(out)
    assert (code, answer["rows"], answer["created"], answer["rejected"]) == (0, 8800, 4238 + 2473, 2089)
