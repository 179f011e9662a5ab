"""Backup while writing, restore on an empty machine, and every way in which a file can be wrong."""

from __future__ import annotations

import gzip
import os
import stat
import subprocess
import sys

import pytest

ORG = "departments: [{code: hq, name: 总部}]\nusers: [{username: u1, name: 王芳, department: hq, roles: [rep]}]\n"


def tuoke(home, *words):
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tuoke.config.settings",
        "TUOKE_DATA_DIR": str(home),
        "TUOKE_DATABASE_URL": f"sqlite:///{home}/tuoke.sqlite3",
    }
    env.pop("TUOKE_SECRET_KEY", None)
    return subprocess.run(
        [sys.executable, "-m", "tuoke.doors.cli.main", *words], capture_output=True, text=True, env=env
    )


@pytest.fixture(scope="module")
def saved(tmp_path_factory, installed):
    """A house with one person and one uploaded file, and its backup."""
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("backups")
    (home / "org.yaml").write_text(ORG, encoding="utf-8")
    installed(home)
    assert tuoke(home, "org", "load", str(home / "org.yaml")).returncode == 0
    (home / "files").mkdir()
    (home / "files" / "合同.txt").write_text("附件", encoding="utf-8")
    assert tuoke(home, "backup", str(folder)).returncode == 0
    [file] = folder.iterdir()
    return home, file


def test_only_its_owner_may_read_it(saved):
    assert stat.S_IMODE(saved[1].stat().st_mode) == 0o600


def test_it_comes_back_on_an_empty_machine(saved, tmp_path):
    home, file = saved
    assert tuoke(tmp_path, "restore", str(file)).returncode == 0
    assert '"users": 1' in tuoke(tmp_path, "doctor", "--json").stdout
    assert (tmp_path / "files" / "合同.txt").read_text(encoding="utf-8") == "附件"
    assert (tmp_path / "secret_key").read_text() == (home / "secret_key").read_text()


def test_a_house_with_people_is_not_overwritten(saved):
    home, file = saved
    answer = tuoke(home, "restore", str(file))
    assert answer.returncode == 2
    assert len(answer.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
def test_a_flipped_byte_is_found(saved, tmp_path, at):
    """Also where the packing's own checksum was made to fit; the database is nearly all of the file."""
    content = bytearray(gzip.decompress(saved[1].read_bytes()))
    content[int(len(content) * at)] ^= 0x55
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(gzip.compress(content, compresslevel=1))
    answer = tuoke(tmp_path, "restore", str(broken))
    assert answer.returncode == 2
    assert not (tmp_path / "files").exists()


def test_a_file_that_was_cut_short_is_refused(saved, tmp_path):
    content = saved[1].read_bytes()
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(content[: len(content) // 2])
    assert tuoke(tmp_path, "restore", str(cut)).returncode == 2


@pytest.mark.parametrize("content", [b"", b"hello", b"\x1f\x8b\x08\x00"])
def test_something_else_is_refused(tmp_path, content):
    file = tmp_path / "file.tar.gz"
    file.write_bytes(content)
    assert tuoke(tmp_path, "restore", str(file)).returncode == 2


def test_a_folder_that_is_not_there_is_refused(saved, tmp_path):
    answer = tuoke(saved[0], "backup", str(tmp_path / "nowhere"))
    assert answer.returncode == 2
    assert "nowhere" in answer.stderr
