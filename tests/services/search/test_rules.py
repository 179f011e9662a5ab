import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoke.services.search.rules import fold, grams_for, initials, needles, search_text

WORDS = st.text(alphabet="华辰科技上海曾行ab1２Ｃ（） 😀é\0", max_size=12)


@pytest.mark.parametrize(
    "written, folded",
    [
        ("杭州华辰（上海）科技", "杭州华辰上海科技"),
        ("ＡＢＣ Co., Ltd.", "abccoltd"),
        ("138-0013 8000", "13800138000"),
        ("li_wei@example.com", "liweiexamplecom"),
        ("100%_华\0辰\ud800", "100华辰"),
        ("😀公司", "😀公司"),
        ("!!!", ""),
    ],
)
def test_folding_keeps_letters_and_digits(written, folded):
    assert fold(written) == folded


@pytest.mark.parametrize(
    "name, readings",
    [
        ("杭州华辰", {"hzhc"}),
        ("曾伟", {"zw", "cw"}),
        ("单华", {"sh", "dh", "ch"}),
        ("仇英", {"qy", "cy"}),
        ("覃辰", {"qc", "tc"}),
        ("重庆银行", {"zqyx", "zqyh", "cqyx", "cqyh"}),
        ("华为5g", {"hw5g"}),
        ("acme", set()),
    ],
)
def test_initials_come_in_every_common_reading(name, readings):
    assert set(initials(name)) == readings


def test_many_readings_of_one_name_stay_few():
    assert len(initials("曾单仇覃行长重乐" * 3)) == 8


def test_only_names_are_found_by_initials():
    assert (
        search_text("需要建设机房", "+86 138", None, "", names=["华辰", None, "Acme"])
        == "需要建设机房\n86138\n华辰\nhc\nacme"
    )


def test_terms_of_a_query():
    assert [needle.text for needle in needles(" 华辰  上海 华辰 ")] == ["华辰", "上海"]
    assert needles("% _ !!") == ()
    assert len(needles("华" * 100_000)[0].text) == 100
    assert len(needles(" ".join("abcdefghijklmnop"))) == 8


@given(WORDS, WORDS, WORDS)
def test_every_part_of_a_text_shares_its_grams(before, inside, after):
    """The property that makes the index exact: grams of a needle are grams of every text that contains it."""
    text = search_text(before + inside + after)
    grams = grams_for(text)
    for needle in needles(inside):
        if needle.text not in text:
            continue
        if needle.grams:
            assert set(needle.grams) <= grams
        else:
            assert any(gram.startswith(needle.text) for gram in grams)


def test_adversarial_text_is_quick():
    began = time.process_time()
    for text in ("曾" * 100_000, "a1" * 50_000, "华a" * 50_000, "\0%_" * 33_000, "e\u0301" * 50_000):
        grams_for(search_text(text, names=[text]))
        needles(text)
    assert time.process_time() - began < 1.0


def test_words_that_half_the_records_have_are_not_looked_up():
    assert needles("华辰科技有限公司")[0].grams == ("华辰", "辰科")
    assert needles("有限公司")[0].grams == ("有限",)
