from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.spine.playbook.docs import shipped_content, small
from tuoke.base.accounts.rules import system
from tuoke.spine.playbook.actions import publish
from tuoke.spine.playbook.models import FrozenVersion, PlaybookVersion, Status, Tick, digest_of
from tuoke.spine.playbook.rules import PlaybookError


@pytest.fixture
def version(db, now):
    return publish(content=small(), by=system("test"), now=now)


@pytest.fixture
def draft(version):
    return PlaybookVersion.objects.create(playbook=version.playbook, number=2, content=small())


def test_published_content_can_not_be_saved_differently(version):
    version.content["name"] = "别的"
    with pytest.raises(FrozenVersion):
        version.save()
    assert PlaybookVersion.objects.get().content["name"] == "小流程"


@pytest.mark.parametrize(("field", "value"), [("number", 9), ("status", "draft")])
def test_nothing_else_of_a_published_version_changes_either(version, field, value):
    setattr(version, field, value)
    with pytest.raises(FrozenVersion):
        version.save()


def test_retiring_is_no_change_of_content(version):
    version.status = Status.RETIRED
    version.save(update_fields=["status"])
    assert PlaybookVersion.objects.get().status == Status.RETIRED


def test_a_version_without_its_content_loaded_can_still_be_retired(version):
    light = PlaybookVersion.objects.defer("content").get()
    light.status = Status.RETIRED
    light.save(update_fields=["status"])


def test_published_versions_are_not_deleted_and_drafts_are(version, draft):
    with pytest.raises(FrozenVersion):
        version.delete()
    draft.delete()
    assert PlaybookVersion.objects.get() == version


def test_a_draft_may_change_and_its_digest_follows(draft):
    draft.content = {**small(), "name": "新名"}
    draft.save()
    assert draft.digest == digest_of(draft.content)
    assert draft.document().name == "新名"


@pytest.mark.parametrize("values", [{"content": {}}, {"digest": "x"}, {"number": 7}])
def test_no_mass_update_reaches_content(version, values):
    with pytest.raises(FrozenVersion):
        PlaybookVersion.objects.filter(pk=version.pk).update(**values)


@pytest.mark.parametrize(
    "change", ["content = '{}'", "digest = 'x'", "number = 7", "status = 'draft', published_at = NULL"]
)
def test_the_database_itself_refuses(version, change):
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE playbook_playbookversion SET {change}")
    assert PlaybookVersion.objects.get().content == small()


def test_one_number_one_published_version(version):
    for fields in ({"number": 1}, {"number": 2, "status": Status.PUBLISHED, "published_at": version.published_at}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PlaybookVersion.objects.create(playbook=version.playbook, content=small(), **fields)


def test_a_draft_has_no_date_and_a_published_version_has_one(version, now):
    for fields in ({"published_at": now}, {"status": Status.RETIRED}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PlaybookVersion.objects.create(playbook=version.playbook, number=5, content=small(), **fields)


def test_the_document_is_parsed_once_and_needs_no_content_then(version, django_assert_num_queries):
    document = version.document()
    light = PlaybookVersion.objects.defer("content").get()
    with django_assert_num_queries(0):
        assert light.document() is document


def test_many_documents_do_not_pile_up(version):
    for number in range(40):
        content = {**small(), "name": f"第 {number} 版"}
        assert PlaybookVersion(content=content, digest=digest_of(content)).document().name == content["name"]


def test_a_broken_draft_says_so_when_read(version):
    with pytest.raises(PlaybookError):
        PlaybookVersion(content={}, digest=digest_of({})).document()


def test_the_digest_does_not_depend_on_the_order_of_keys():
    content = shipped_content()
    assert digest_of(dict(reversed(content.items()))) == digest_of(content)


def test_drafts_are_seen_by_process_owners_only(company, version, draft):
    seen = PlaybookVersion.objects.visible_to
    assert set(seen(company.by("process_owner"))) == {version, draft}
    assert set(seen(company.by("rep"))) == {version}
    assert not seen(company.by("rep"), "write").exists()
    assert set(seen(company.by("process_owner"), "write")) == {version, draft}


def test_one_tick_for_one_item(db, now):
    made = {"subject": "deals.opportunity:1", "item": "leads-x", "step": "leads", "by_name": "王芳", "at": now}
    Tick.objects.create(**made)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tick.objects.create(**made)
