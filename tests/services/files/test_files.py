"""Attached, read, taken back, brought back: only by whom the subject is open to; never shown in place."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from tests.services.files.test_rules import PDF, PNG
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.queries import history_of
from tuoke.services.files import actions, hooks, queries
from tuoke.services.files.models import File

SUBJECT = "tests.thing:1"


def upload(name="合同 扫描.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def shelf(company, monkeypatch, settings, tmp_path):
    """A kind that sales read and only the rep writes; one thing of it is there."""
    settings.MEDIA_ROOT = tmp_path / "files"
    kind = hooks.Kind(
        "签署文件",
        may_read=lambda who, subject: subject == SUBJECT and "collaborator" not in who.roles,
        may_write=lambda who, subject: subject == SUBJECT and who.user_id == company.rep.pk,
        place_of=lambda subject: hooks.Place("/deals/", "数据整合", "tests.case:1"),
    )
    monkeypatch.setitem(hooks.kinds, "scan", kind)
    return tmp_path / "files"


@pytest.fixture
def attach(shelf, company, now):
    def attached(*uploads, by="rep", note=""):
        return actions.attach_all(
            subject=SUBJECT, kind="scan", uploads=uploads or [upload()], by=company.by(by), now=now, note=note
        )

    return attached


def stored(shelf: Path) -> list[Path]:
    return [path for path in shelf.rglob("*") if path.is_file()]


def test_keeps_the_bytes_under_a_name_that_says_nothing(attach, shelf):
    (file,) = attach(note="  盖章版 ")
    (path,) = stored(shelf)
    assert path.read_bytes() == PDF
    assert "合同" not in str(path)
    assert str(file.pk) != path.name
    assert len(path.name) == 32
    assert (file.name, file.size, file.content_type, file.note) == (
        "合同 扫描.pdf",
        len(PDF),
        "application/pdf",
        "盖章版",
    )
    (event,) = history_of(SUBJECT)
    assert (event.kind, event.thread, event.facts["name"]) == ("files.attached", "tests.case:1", "合同 扫描.pdf")


def test_all_or_none(attach, shelf):
    with pytest.raises(Refused) as refusal:
        attach(upload(), upload("b.pdf", b""), upload("c.exe", b"MZ"))
    assert refusal.value.verdict.codes == ("file_empty", "ending_unknown")
    assert not stored(shelf)
    assert not File.objects.exists()


def test_the_same_bytes_stand_once(attach, company, now):
    (file,) = attach()
    with pytest.raises(Refused) as refusal:
        attach(upload("anders.pdf"))
    assert refusal.value.verdict.codes == ("already_there",)
    actions.withdraw(file=file, reason="传错了", by=company.by("rep"), now=now)
    attach(upload("neu.pdf"))
    with pytest.raises(Refused, match="already_there"):
        actions.restore(file=file, by=company.by("rep"), now=now)


def test_bytes_go_where_the_row_does_not_stand(attach, shelf, monkeypatch):
    def fails(**_):
        raise RuntimeError("the history is full")

    monkeypatch.setattr(actions, "record", fails)
    with pytest.raises(RuntimeError), transaction.atomic():
        attach()
    assert not stored(shelf)


@pytest.mark.parametrize(("by", "kind"), [("teammate", "scan"), ("collaborator", "scan"), ("rep", "unknown")])
def test_others_find_nothing(attach, company, now, by, kind):
    with pytest.raises(File.DoesNotExist):
        actions.attach(subject=SUBJECT, kind=kind, upload=upload(), by=company.by(by), now=now)
    (file,) = attach()
    if by != "rep":
        with pytest.raises(File.DoesNotExist):
            actions.withdraw(file=file, reason="", by=company.by(by), now=now)


def test_taken_back_and_brought_back(attach, company, now):
    (file,) = attach()
    by = company.by("rep")
    actions.withdraw(file=file, reason="页码不全", by=by, now=now)
    assert not queries.is_attached(SUBJECT, kind="scan")
    shelf = queries.shelf_of(SUBJECT, kind="scan", who=by)
    assert [one.withdrawn_reason for one in shelf.withdrawn] == ["页码不全"]
    with pytest.raises(Refused, match="is_withdrawn"):
        actions.withdraw(file=file, reason="", by=by, now=now)
    actions.restore(file=file, by=by, now=now)
    assert queries.counts_of([SUBJECT, "tests.thing:2"], kind="scan") == {SUBJECT: 1}
    with pytest.raises(Refused, match="not_withdrawn"):
        actions.restore(file=file, by=by, now=now)


class TestPages:
    place = reverse("files:list", args=["scan", SUBJECT])
    post = reverse("files:attach", args=["scan", SUBJECT])

    def test_a_download_is_never_a_page(self, attach, login):
        (file,) = attach()
        answer = login("teammate").get(file.get_absolute_url())
        assert b"".join(answer.streaming_content) == PDF
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "script-src" not in answer["Content-Security-Policy"]
        assert login("collaborator").get(file.get_absolute_url()).status_code == 404

    def test_lost_bytes_are_not_found(self, attach, login, shelf):
        (file,) = attach()
        stored(shelf)[0].unlink()
        assert login("rep").get(file.get_absolute_url()).status_code == 404

    def test_several_at_once_without_a_script(self, shelf, login):
        answer = login("rep").post(self.post, {"file": [upload(), upload("章.png", PNG)], "note": "盖章"})
        assert (answer.status_code, answer["Location"]) == (302, "/deals/")
        page = login("teammate").get(self.place).content.decode()
        assert "章.png" in page
        assert "multipart" not in page

    def test_says_what_is_wrong(self, shelf, login):
        client = login("rep")
        answer = client.post(self.post, {"file": upload("合同.pdf", PNG), "note": "盖章"})
        assert answer.status_code == 422
        assert "其实是 png" in answer.content.decode()
        assert 'value="盖章"' in answer.content.decode()
        assert client.post(self.post, {}).status_code == 422
        assert client.post(self.post, {"file": upload("a.pdf", b"")}).status_code == 422

    def test_by_htmx_only_the_region(self, attach, login):
        (file,) = attach()
        url = reverse("files:withdraw", args=[file.public_id])
        answer = login("rep").post(url, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert "<html" not in answer.content.decode()
        assert login("rep").post(reverse("files:restore", args=[file.public_id])).status_code == 302
        assert login("teammate").post(url).status_code == 404

    @pytest.mark.parametrize("subject", ["tests.thing:2", "x" * 500, "1", "tests.thing:99999999999999999999"])
    def test_no_such_thing(self, shelf, login, subject):
        assert login("rep").get(reverse("files:list", args=["scan", subject])).status_code == 404

    def test_no_query_a_file(self, attach, login, django_assert_max_num_queries):
        attach()
        client = login("rep")
        with django_assert_max_num_queries(30) as one:
            client.get(self.place)
        attach(upload("b.png", PNG), upload("c.txt", b"c"))
        with django_assert_max_num_queries(30) as three:
            client.get(self.place)
        assert len(one) == len(three)
