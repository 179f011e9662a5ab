"""What the list of a kind can be narrowed to; everything is said in the address."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.ui.widgets import SearchInput
from tuoke.services.search.queries import narrowed
from tuoke.spine.library import words
from tuoke.spine.library.models import Item
from tuoke.spine.library.queries import SEARCH_KIND
from tuoke.spine.library.rules import TAGS_OF, ItemKind

ALL_OF = {
    "market": _("所有市场"),
    "scale": _("所有规模"),
    "motion": _("所有拓展方式"),
    "industry": _("所有行业"),
    "channel": _("所有渠道"),
    "role": _("所有对象"),
    "dimension": _("所有维度"),
    "trigger": _("所有由头"),
}
GENERAL = "general"
"""As an industry: what is for every industry."""


class ItemFilter(filters.FilterSet):  # type: ignore[misc]  # untyped library
    """Without a state, what is in use."""

    q = filters.CharFilter(
        label=_("搜索资料"),
        method="search",
        widget=SearchInput({"placeholder": _("标题或内容，可用拼音首字母"), "autocomplete": "off"}),
    )
    owner = filters.ModelChoiceFilter(label=_("负责人"), queryset=User.objects.none(), empty_label=_("所有负责人"))
    state = filters.ChoiceFilter(
        label=_("状态"),
        method="in_state",
        empty_label=_("使用中"),
        choices=[
            ("due", _("到期要复核")),
            ("outdated", _("标为过期")),
            ("unowned", _("没有负责人")),
            ("retired", _("已停用")),
        ],
    )

    filters: dict[str, Any]

    class Meta:
        model = Item
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, kind: ItemKind, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        own = self.filters
        order = ["q", *_add_drawers(own, kind), *sorted(TAGS_OF[kind], key=_ORDER.index), "owner", "state"]
        for name in TAGS_OF[kind]:
            own[name] = _tag_filter(name)
        for added in own.values():
            added.parent, added.model = self, Item
        own["owner"].queryset = User.objects.filter(library_items__kind=kind.value).distinct().order_by("name")
        self.filters = {name: own[name] for name in order}

    def search(self, items: QuerySet[Item], name: str, value: str) -> QuerySet[Item]:
        return narrowed(items, SEARCH_KIND, value)

    def in_state(self, items: Any, name: str, value: str) -> Any:
        if value == "due":
            return items.due(self.today)
        if value == "outdated":
            return items.exclude(outdated_at=None)
        return items.filter(owner=None) if value == "unowned" else items

    def tagged(self, items: QuerySet[Item], name: str, value: str) -> QuerySet[Item]:
        return items.filter(**{name: "" if value == GENERAL else value})

    def needed(self, items: QuerySet[Item], name: str, value: str) -> QuerySet[Item]:
        return items.filter(need_types__contains=f"|{value}|")

    def filter_queryset(self, items: Any) -> Any:
        is_retired = self.form.cleaned_data.get("state") == "retired"
        return super().filter_queryset(items.exclude(retired_at=None) if is_retired else items.in_use())


_ORDER = ("dimension", "trigger", "industry", "role", "market", "scale", "motion", "channel")


def _add_drawers(own: dict[str, Any], kind: ItemKind) -> list[str]:
    """A filter by drawer, and for blocks one by what they answer; the names of those that were added."""
    added = []
    if kind in words.TOPICS:
        label, choices = words.TOPICS[kind]
        own["topic"] = filters.ChoiceFilter(
            field_name="topic", label=label, choices=list(choices.items()), empty_label=_ALL_TOPICS[kind]
        )
        added.append("topic")
    if kind is ItemKind.BLOCK:
        own["need"] = filters.ChoiceFilter(
            label=_("回应的需求"),
            method="needed",
            choices=list(words.NEED_TYPES.items()),
            empty_label=_("所有需求类型"),
        )
        added.append("need")
    return added


_ALL_TOPICS = {
    ItemKind.BLOCK: _("所有部分"),
    ItemKind.OBJECTION: _("所有异议类型"),
    ItemKind.CLOSING: _("所有信号"),
    ItemKind.EVIDENCE: _("所有证据类型"),
    ItemKind.CLAUSE: _("所有部分"),
}


def _tag_filter(name: str) -> filters.ChoiceFilter:
    choices = list(words.TAG_VALUES[name].items())
    if name == "industry":
        choices.insert(0, (GENERAL, _("通用（不限行业）")))
    return filters.ChoiceFilter(
        field_name=name, label=words.TAG_NAMES[name], method="tagged", choices=choices, empty_label=ALL_OF[name]
    )
