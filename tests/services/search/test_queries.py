"""The index against a plain search for substrings, on the database of this run."""

import random

import pytest
from django.db import connection, models

from tuoke.services.search.actions import index, remove
from tuoke.services.search.models import Entry
from tuoke.services.search.queries import matching_ids, narrowed
from tuoke.services.search.rules import KINDS, fold, needles, search_text

pytestmark = pytest.mark.django_db

COMPANIES = {
    1: search_text("0571-8234 5678", "13800138000", names=["杭州华辰科技有限公司", "曾伟"]),
    2: search_text("13912345678", names=["上海辰华医疗器械有限公司", "单芳"]),
    3: search_text("13700000001", names=["杭州医疗（集团）", "李娜"]),
    4: search_text("wei@example.com", names=["ACME 华辰 100%_ltd"]),
}


@pytest.fixture
def companies():
    index("lead", COMPANIES)


@pytest.mark.parametrize(
    "query, ids",
    [
        ("华辰", {1, 4}),
        ("辰华", {2}),
        ("杭州 医疗", {3}),
        ("医疗 杭州", {3}),
        ("杭州", {1, 3}),
        ("hzhc", {1}),
        ("HCKJ", {1}),
        ("zw", {1}),
        ("cw", {1}),
        ("sf", {2}),
        ("df", {2}),
        ("13800138000", {1}),
        ("8001", {1}),
        ("138", {1}),
        ("82345678", {1}),
        ("13", {1, 2, 3}),
        ("7", {1, 2, 3}),
        ("娜", {3}),
        ("华", {1, 2, 4}),
        ("acme", {4}),
        ("ＡＣＭＥ", {4}),
        ("（集团）", {3}),
        ("example.com", {4}),
        ("100%", {4}),
        ("%", set()),
        ("_", set()),
        ("魑魅", set()),
        ("华" * 100_000, set()),
        ("😀", set()),
        ("\0", set()),
        ('"* OR', set()),
        ("NEAR(华 辰)", set()),
    ],
)
def test_finds(companies, query, ids):
    assert set(matching_ids("lead", query).ids) == ids


def test_newest_first_and_says_when_there_are_more(companies):
    assert matching_ids("lead", "杭州").ids == (3, 1)
    cut = matching_ids("lead", "13", limit=2)
    assert (cut.ids, cut.more) == ((3, 2), True)
    assert not matching_ids("lead", "13", limit=3).more


def test_kinds_are_apart(companies):
    index("customer", {1: search_text(names=["杭州华辰"])})
    assert matching_ids("customer", "华辰").ids == (1,)
    remove("customer", [1])
    assert matching_ids("customer", "华辰").ids == ()
    assert set(matching_ids("lead", "华辰").ids) == {1, 4}


def test_a_changed_text_leaves_nothing_behind(companies):
    index("lead", {1: search_text(names=["苏州新名"]), 4: ""})
    assert matching_ids("lead", "华辰").ids == ()
    assert matching_ids("lead", "szxm").ids == (1,)
    remove("lead", [1, 2, 3, 99])
    assert Entry.objects.count() == 0
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM search_gram")
            assert cursor.fetchone() == (0,)


class Row(models.Model):
    """Stands in for a business table: the index's own rows, under ids of a kind with the number 0."""

    search_text = models.TextField(db_column="text")

    class Meta:
        app_label = "nowhere"  # so that no migration is missed for it
        managed = False
        db_table = "search_entry"

    def __str__(self):
        return self.search_text


@pytest.fixture
def rows(monkeypatch):
    monkeypatch.setitem(KINDS, "row", 0)
    index("row", COMPANIES)
    return Row.objects.order_by("pk")


@pytest.mark.parametrize("limit", [0, 1, 2, 1000])
@pytest.mark.parametrize(
    "query, ids", [("杭州", [1, 3]), ("hzhc", [1]), ("华", [1, 2, 4]), ("100%_L", [4]), ("13 杭州", [1, 3])]
)
def test_narrows_alike_by_index_and_by_rows(rows, query, ids, limit):
    assert [row.pk for row in narrowed(rows, "row", query, limit=limit)] == ids


def test_a_blank_query_narrows_nothing_and_an_unsearchable_one_everything(rows):
    assert narrowed(rows, "row", " \u3000") is rows
    assert not narrowed(rows, "row", "!?").exists()


def test_agrees_with_a_plain_search_on_random_texts():
    """Finds exactly the texts that contain every term, for every length of term."""
    rng = random.Random(20261123)
    alphabet = "华辰科技上海杭州医疗器械曾单行长" + "abz019" * 2 + " （％_"
    texts = {
        pk: search_text(
            "".join(rng.choices(alphabet, k=rng.randint(0, 14))),
            names=["".join(rng.choices(alphabet, k=rng.randint(1, 9)))],
        )
        for pk in range(1, 400)
    }
    index("lead", {pk: text for pk, text in texts.items() if pk % 2})
    index("lead", texts)  # half of them a second time
    for _ in range(600):
        query = " ".join("".join(rng.choices(alphabet, k=rng.randint(1, 5))) for _ in range(rng.randint(1, 2)))
        terms = [term for term in map(fold, query.split()) if term]
        expected = [pk for pk in sorted(texts, reverse=True) if terms and all(term in texts[pk] for term in terms)]
        assert list(matching_ids("lead", query).ids) == expected, (query, needles(query))


def test_one_query_for_any_number_of_rows(companies, django_assert_num_queries):
    index("lead", {pk: search_text(names=[f"杭州{pk}"]) for pk in range(10, 1500)})
    with django_assert_num_queries(1):
        assert matching_ids("lead", "杭州").more


def test_long_texts_and_strange_characters_can_be_indexed():
    strange = "".join(chr(code) for code in range(0x20, 0x30000, 7) if not 0xD800 <= code < 0xE000)
    index(
        "lead",
        {1: search_text(strange, names=[strange]), 2: search_text("华" * 100_000), 3: search_text("é'\\:&|!*\"()")},
    )
    assert matching_ids("lead", "华华华").ids == (2,)
    assert matching_ids("lead", "É'\\:&|!*").ids == (3,)
