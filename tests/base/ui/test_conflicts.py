"""Both sides of an edit that came too late."""

from __future__ import annotations

from datetime import date

from django import forms

from tuoke.base.ui.conflicts import two_sides


class Form(forms.Form):
    title = forms.CharField(label="名称")
    kind = forms.ChoiceField(label="类型", choices=[("a", "甲"), ("b", "乙")])
    on = forms.DateField(label="日期", required=False)
    text = forms.CharField(label="说明", required=False)
    shared = forms.BooleanField(label="共享", required=False)
    version = forms.IntegerField()


STANDS = {"title": "一期", "kind": "a", "on": date(2026, 12, 1), "text": "一\n二", "shared": False, "version": 2}


def typed(**more):
    return Form({"title": "一期", "kind": "a", "on": "2026-12-01", "text": "一\r\n二", "version": "1", **more})


def test_what_is_the_same_is_no_row():
    assert two_sides(typed(), STANDS) == []


def test_what_differs_is_said_as_the_form_says_it():
    rows = two_sides(typed(kind="b", on="", title="二期"), STANDS, names={"on": "哪天"})
    assert rows == [("名称", "二期", "一期"), ("类型", "乙", "甲"), ("哪天", "", "2026-12-01")]


def test_a_press_and_an_empty_box_are_two_sides():
    assert two_sides(typed(shared="on"), STANDS) == [("共享", "是", "否")]


def test_only_what_the_other_side_names_is_compared():
    assert two_sides(typed(title="二期", text="别的"), {"text": "一"}) == [("说明", "别的", "一")]
