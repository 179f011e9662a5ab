"""Keys, masks and words of parties."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoke.spine.customers.rules import Reach, keys_of, masked, masked_numbers, said_phone, said_yuan


def test_one_company_in_many_spellings():
    names = ["恒远精密科技有限公司", "恒远精密科技", "恒远精密科技(有限公司)", "恒远 精密科技 有限公司"]
    assert len({keys_of(company=name).party for name in names}) == 1
    assert keys_of(company="恒远精密科技上海分公司").party != keys_of(company=names[0]).party


def test_persons_are_known_by_phone_first():
    assert keys_of(contact="张伟", phone="+8613800138000").party == keys_of(phone="+8613800138000").party
    assert keys_of(contact="张伟").party != keys_of(contact="李娜").party
    assert keys_of() == ("", "")


@given(st.text(max_size=400), st.text(max_size=400))
def test_keys_fit_their_columns(company, want):
    keys = keys_of(company=company, want=want)
    assert len(keys.party) <= 120
    assert len(keys.want) <= 64
    assert keys == keys_of(company=company, want=want)


def test_long_wishes_differ_at_their_end():
    assert keys_of(company="a", want="长" * 100 + "甲").want != keys_of(company="a", want="长" * 100 + "乙").want


def test_masks():
    reach = masked(Reach(contact="欧阳晓东", phone="+8613800138000", email="ouyang@example.com", wechat="oy_123"))
    assert reach == Reach("欧**", "138****8000", "o***@example.com", "o****", is_masked=True)
    assert masked(Reach()) == Reach(is_masked=True)
    assert masked(Reach(phone="+865318888")).phone == "53****88"


@pytest.mark.parametrize(
    "text",
    ["请打13800138000", "请打 138-0013-8000", "座机0531 88886666", "写到 li.na@example.com", "+86 138 0013 8000"],
)
def test_numbers_in_texts_are_masked(text):
    assert "****" in masked_numbers(text)
    assert "8000" not in masked_numbers(text)
    assert "example" not in masked_numbers(text)


def test_short_numbers_stay():
    assert masked_numbers("预算 50 万, 100-500人, 2027-03") == "预算 50 万, 100-500人, 2027-03"


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("+8613800138000", "138 0013 8000"),
        ("+8653188886666", "0531 8888 6666"),
        ("+8653188886666x123", "0531 8888 6666 转 123"),
        ("88886666", "88886666"),
        ("+nonsense", "+nonsense"),
        ("+12025550123", "+1 202-555-0123"),
    ],
)
def test_phones_are_said_as_people_write_them(stored, said):
    assert said_phone(stored) == said


def test_amounts_can_be_typed_again():
    assert [said_yuan(Decimal(n)) for n in (300_000, 123_456, 0, 8600)] == ["30万", "123456", "0", "8600"]
