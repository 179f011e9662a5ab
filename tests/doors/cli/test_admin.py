from __future__ import annotations

import json

import pytest

from tuoke.base.accounts.models import User
from tuoke.doors.cli.main import main
from tuoke.services.health import queries as health

pytestmark = pytest.mark.django_db

ORG = """
departments:
  - {code: hq, name: 总部}
users:
  - {username: wang.fang, name: 王芳, department: hq, roles: [rep], password: "Xiaoshou-2026"}
"""


def test_org_load_says_what_it_did_in_one_json_object(tmp_path, capsys):
    file = tmp_path / "org.yaml"
    file.write_text(ORG, encoding="utf-8")
    assert main(["org", "load", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "departments_created": 1,
        "departments_updated": 0,
        "users_created": 1,
        "users_updated": 0,
    }
    assert User.objects.get().name == "王芳"


@pytest.mark.parametrize(
    "content",
    [b"departments: [", b"\xff\xfe\x00", "users: [{username: u, name: 优, roles: [boss]}]".encode(), b"- 1", b""],
)
def test_an_unusable_file_is_refused_with_one_line_and_changes_nothing(tmp_path, capsys, content):
    file = tmp_path / "org.yaml"
    file.write_bytes(content)
    assert main(["org", "load", str(file)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert not User.objects.exists()


def test_a_missing_file_is_refused(tmp_path, capsys):
    assert main(["org", "load", str(tmp_path / "none.yaml")]) == 2
    assert "none.yaml" in capsys.readouterr().err


def test_doctor_reports_a_sound_installation(capsys):
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is True
    assert report["database"].startswith(("SQLite", "PostgreSQL"))


def test_doctor_names_the_problem_and_exits_one(capsys, monkeypatch):
    monkeypatch.setitem(health.CHECKS, "disk", lambda: "only 3 MB are free")
    assert main(["doctor"]) == 1
    assert "only 3 MB are free" in capsys.readouterr().out


def test_migrate_plants_the_shipped_playbook_once():
    from tuoke.spine.playbook.models import PlaybookVersion

    assert main(["migrate"]) == 0
    assert main(["migrate"]) == 0
    assert PlaybookVersion.objects.count() == 1


@pytest.mark.parametrize("name", ["report.txt", "nowhere/report.xlsx"])
def test_an_export_to_an_unusable_place_is_refused(tmp_path, capsys, name):
    assert main(["export", "needs", "-o", str(tmp_path / name)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_an_export_as_an_unknown_person_is_refused(tmp_path, capsys):
    assert main(["export", "needs", "-o", str(tmp_path / "a.xlsx"), "--as", "nobody"]) == 2
    assert "nobody" in capsys.readouterr().err
