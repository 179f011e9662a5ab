"""Files of exactly what the list shows: at once, or by a worker, for their maker alone and for a week."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from python_calamine import load_workbook

from tests.steps.leads.drafts import ready
from tuoke.base.records.models import Event
from tuoke.spine.customers.models import Lead
from tuoke.steps.leads import actions, export_jobs
from tuoke.steps.leads.models import ExportFile
from tuoke.steps.leads.queries import REGISTER
from tuoke.steps.leads.rules.bulk import FileKind, FileStatus
from tuoke.steps.leads.views import exports

pytestmark = pytest.mark.usefixtures("playbook")
EXPORT = "/leads/export/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def grow(company, now):
    def grown(count: int, owner: str | None = "rep", **more) -> list[Lead]:
        owner_id = getattr(company, owner).pk if owner else None
        have = Lead.objects.count()
        values = {"want": "", **more}
        drafts = [
            ready(**{**values, "want": values["want"] or f"项目{have + n}"}, owner_id=owner_id) for n in range(count)
        ]
        return actions.create_many(drafts=drafts, by=company.by("director"), now=now)

    return grown


def sheet(response) -> list[list[object]]:
    return load_workbook(io.BytesIO(b"".join(response.streaming_content))).get_sheet_by_index(0).to_python()


def order(company, now, *, who="rep", query="tab=mine", columns=(), kind=FileKind.XLSX) -> ExportFile:
    return actions.order_export(
        query=query, columns=columns, kind=kind, work=lambda pk: None, by=company.by(who), now=now
    )


def test_the_register_of_the_filter_and_nothing_more(grow, login):
    grow(2)
    grow(1, region="广东省广州市")
    grow(1, "other_team")
    rows = sheet(login("rep").get(EXPORT, {"tab": "mine", "region": "济南"}))
    assert tuple(rows[0]) == REGISTER
    assert len(rows) == 3
    assert Event.objects.get(kind="leads.exported").facts == {"rows": 2}


def test_the_chosen_columns_in_their_order(grow, login):
    grow(1)
    rows = sheet(login("rep").get(EXPORT, {"tab": "mine", "columns": "region,score,nonsense,phone"}))
    assert rows[0] == ["公司名称", "需求", "地区", "得分", "电话"]
    assert rows[1][0] == "恒远精密科技有限公司"
    assert rows[1][4] == "138 0013 8000"


@pytest.mark.parametrize("evil", ["=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(grow, login, evil):
    grow(1, company=f"{evil}公司", want=evil.strip())
    client = login("rep")
    response = client.get(EXPORT, {"tab": "mine", "columns": "score", "format": "csv"})
    assert response["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert rows[1][0][0] in "'" + "恒"
    assert not rows[1][1].startswith(("=", "+", "-", "@"))
    assert sheet(client.get(EXPORT, {"tab": "mine", "columns": "score"}))[1][1] == evil.strip()


def test_the_pools_numbers_stay_masked(grow, login):
    grow(1, None, phone="+8613911112222", contact="陈晓东")
    for query in ({"tab": "pool"}, {"tab": "pool", "columns": "contact,phone"}):
        said = str(sheet(login("other_team").get(EXPORT, query)))
        assert "1111" not in said.replace(" ", "")
        assert "陈晓东" not in said


def test_a_wrong_filter_exports_nothing(grow, login):
    grow(1)
    assert login("rep").get(EXPORT, {"tab": "mine", "tier": "x"}).status_code == 422
    assert login("process_owner").get(EXPORT).status_code == 403


def test_many_rows_are_written_by_a_worker(grow, login, monkeypatch):
    monkeypatch.setattr(exports, "EXPORTED_AT_ONCE", 2)
    grow(3)
    client = login("rep")
    asked = client.get(EXPORT, {"tab": "mine", "columns": "score"})
    assert asked["Content-Type"].startswith("text/html")
    ordered = client.post(f"{EXPORT}?tab=mine&columns=score")
    file = ExportFile.objects.get()
    assert ordered["Location"] == file.get_absolute_url()
    export_jobs.write_export_file.func(file.pk)
    export_jobs.write_export_file.func(file.pk)
    page = client.get(file.get_absolute_url())
    assert "共 3 条线索" in page.content.decode()
    rows = sheet(client.get(reverse("leads:export_download", args=[file.public_id])))
    assert rows[0] == ["公司名称", "需求", "得分"]
    assert len(rows) == 4
    for other in ("teammate", "director", "auditor"):
        for name in ("export_file", "export_download"):
            assert login(other).get(reverse(f"leads:{name}", args=[file.public_id])).status_code == 404
        assert login(other).post(reverse("leads:export_again", args=[file.public_id])).status_code == 404


def test_the_same_order_is_placed_once_while_it_waits(company, now):
    first = order(company, now)
    assert order(company, now) == first
    assert order(company, now, columns=["score"]) != first
    assert order(company, now, kind=FileKind.CSV) != first


def test_a_worker_has_the_rights_of_that_moment(grow, company, now, login):
    grow(2)
    file = order(company, now)
    Lead.objects.update(owner=company.teammate)
    export_jobs.write_export_file.func(file.pk)
    file.refresh_from_db()
    assert (file.status, file.rows) == ("ready", 0)
    late = order(company, now, columns=["score"])
    company.rep.roles_held.all().delete()
    export_jobs.write_export_file.func(late.pk)
    late.refresh_from_db()
    assert late.status == FileStatus.FAILED
    assert login("rep").get(late.get_absolute_url()).status_code == 403


def test_a_filter_that_makes_no_sense_any_more_fails_with_words(company, now, login):
    file = order(company, now, query="tab=mine&campaign=999")
    export_jobs.write_export_file.func(file.pk)
    assert "没有准备成功" in login("rep").get(file.get_absolute_url()).content.decode()
    again = login("rep").post(reverse("leads:export_again", args=[file.public_id]))
    assert again.status_code == 302


def test_a_file_is_kept_for_a_week(grow, company, now, login, media):
    grow(1)
    file = order(company, now)
    export_jobs.write_export_file.func(file.pk)
    assert len(list(media.rglob("*"))) == 2
    export_jobs.forget(now + timedelta(days=6))
    assert login("rep").get(reverse("leads:export_download", args=[file.public_id])).status_code == 200
    export_jobs.forget(now + timedelta(days=8))
    assert [path for path in media.rglob("*") if path.is_file()] == []
    assert login("rep").get(reverse("leads:export_download", args=[file.public_id])).status_code == 404
    assert "超过 7 天" in login("rep").get(file.get_absolute_url()).content.decode()
