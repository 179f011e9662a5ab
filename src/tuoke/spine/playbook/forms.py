"""What people type about a part of a draft. A form knows which fields of the part it fills (``names``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.models import FUNCTION_NAMES
from tuoke.base.accounts.rules import Function
from tuoke.base.kernel.verdict import Reason
from tuoke.spine.catalog.fields import LinesField, NamesField, TextField
from tuoke.spine.catalog.models import MARKETS, MOTIONS, SCALES
from tuoke.spine.playbook import words
from tuoke.spine.playbook.rules import KINDS, Raci, StepKey
from tuoke.spine.playbook.rules.editing import BY_STEP, Node
from tuoke.spine.playbook.rules.plain import figure
from tuoke.spine.playbook.rules.reaching import kinds_for
from tuoke.spine.playbook.rules.reading import TEXT_LIMIT, unfolded

LINE_LIMIT = 120
MOST_DAYS = 999
MOST_FIGURE = 1_000_000
SPARE_ROWS = 2
MOST_ROWS = 30


class Prose(TextField):
    """One paragraph: where lines were broken they are joined, as everywhere in a playbook."""

    def to_python(self, value: Any) -> Any:
        return unfolded(" ".join((super().to_python(value) or "").split()))


class Lines(LinesField):
    def to_python(self, value: Any) -> Any:
        return [unfolded(line) for line in super().to_python(value)]


class Names(NamesField):
    def to_python(self, value: Any) -> Any:
        return list(super().to_python(value))


def line(label: StrOrPromise, *, required: bool = True, placeholder: StrOrPromise = "", **more: Any) -> Prose:
    widget = forms.TextInput({"placeholder": placeholder, "autocomplete": "off"})
    return Prose(label=label, required=required, max_length=LINE_LIMIT, widget=widget, **more)


def text(label: StrOrPromise, *, rows: int = 3, required: bool = False, **more: Any) -> Prose:
    return Prose(label=label, required=required, max_length=TEXT_LIMIT, widget=forms.Textarea({"rows": rows}), **more)


def lines(label: StrOrPromise, *, rows: int = 4, required: bool = False, **more: Any) -> Lines:
    field = Lines(label=label, rows=rows, max_length=TEXT_LIMIT, **more)
    field.required = required
    return field


class PartForm(forms.Form):
    """``content`` is the whole draft, ``place`` the part (or, where one is added, its list)."""

    names: ClassVar[tuple[str, ...]]

    def __init__(self, *args: Any, content: Node, place: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.content, self.place = content, place
        self.prepare()

    def prepare(self) -> None:
        """Choices that the draft itself gives."""

    @classmethod
    def initial_of(cls, part: Node) -> dict[str, Any]:
        return {name: part.get(name) for name in cls.names}

    def said(self) -> Node:
        """The part's fields as the document writes them."""
        return {name: self.cleaned_data[name] for name in self.names}

    @property
    def step(self) -> StepKey:
        parts = self.place.split("/")
        return StepKey(parts[1] if parts[0] == "steps" else parts[3])

    def refuse(self, reasons: Iterable[Reason]) -> None:
        for reason in reasons:
            where = str(reason.params.get("field") or "")
            self.add_error(where if where in self.fields else None, words.said(reason))


class PlaybookForm(PartForm):
    names = ("name", "logic")
    name = line(_("流程名称"))
    logic = Names(label=_("主线"), help_text=_("用顿号隔开，例如 目标聚焦、精准触达、需求挖掘。每一步的主题从中选。"))

    def clean_logic(self) -> list[str]:
        if not self.cleaned_data["logic"]:
            raise forms.ValidationError(_("至少写一个主题。"))
        return list(self.cleaned_data["logic"])


class StepForm(PartForm):
    names = (
        "name", "subtitle", "theme", "goal", "why", "standard_days", "good_example", "common_mistakes", "pacing",
        "verification",
    )  # fmt: skip
    name = line(_("名称"))
    subtitle = line(_("副标题"), required=False)
    theme = forms.ChoiceField(label=_("主题"))
    standard_days = forms.IntegerField(
        label=_("标准天数"), min_value=1, max_value=MOST_DAYS, help_text=_("超过这个天数，看板上会标红。")
    )
    goal = text(_("核心目标"), required=True)
    why = text(_("为什么"), required=True)
    good_example = text(_("好的例子"), rows=4)
    common_mistakes = lines(_("常见错误"), help_text=_("一行一条。"))
    pacing = lines(_("节奏"), rows=3, help_text=_("一行一条。"))
    verification = lines(_("信息核验"), rows=3, help_text=_("一行一条。"))

    def prepare(self) -> None:
        self.fields["theme"].choices = [(theme, theme) for theme in self.content.get("logic", [])]  # type: ignore[attr-defined]  # a choice field


class ActionForm(PartForm):
    names = ("title", "how", "tools", "example", "output")
    title = line(_("动作"), placeholder=_("例如 与决策人确认预算"))
    how = lines(_("怎么做"), rows=5, required=True, help_text=_("一行一句，照着就能做。"))
    tools = Names(label=_("工具和模板"), help_text=_("用顿号隔开，例如 《客户需求清单》、报价单。"))
    example = text(_("示例"), rows=4, help_text=_("一个做得好的真实例子，写到数字。"))
    output = line(_("输出"), required=False)


class DeliverableForm(PartForm):
    names = ("name", "description")
    name = line(_("名称"), placeholder=_("例如 《客户需求清单》"))
    description = text(_("说明"))


class CriterionForm(PartForm):
    names = ("title", "kind", "params", "required", "hint")
    title = line(_("条件"), placeholder=_("例如 客户已确认需求清单"))
    kind = forms.ChoiceField(
        label=_("判断依据"),
        help_text=_("系统用业务记录判断；只列出这一步里能成立的。没有页面能证明的，用“经办人勾选”。"),
    )
    figure = forms.DecimalField(
        label=_("数字"), required=False, min_value=0, max_value=MOST_FIGURE, max_digits=9, decimal_places=2,
        help_text=_("要数数的依据才需要，例如至少 3 条。"),
    )  # fmt: skip
    required = forms.BooleanField(
        label=_("必须"), required=False, initial=True,
        help_text=_("必须的不满足就不能推进，每一步最多三条；不勾选就是建议。"),
    )  # fmt: skip
    hint = text(_("提示"), rows=2, help_text=_("怎么满足它，写给经办人看。"))

    def prepare(self) -> None:
        kinds = dict.fromkeys((*kinds_for(self.step), *filter(None, [(self.initial or {}).get("kind")])))
        self.fields["kind"].choices = [(kind, words.KIND.get(kind, kind)) for kind in kinds]  # type: ignore[attr-defined]  # a choice field

    @classmethod
    def initial_of(cls, part: Node) -> dict[str, Any]:
        found = next(iter((part.get("params") or {}).values()), None)
        given = {name: part.get(name) for name in ("title", "kind", "hint")}
        return {**given, "figure": found, "required": part.get("required") is not False}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = KINDS.get(cleaned.get("kind", ""))
        if kind is not None and kind.params and cleaned.get("figure") is None and "figure" not in self.errors:
            self.add_error("figure", _("这种依据要写明数字，例如 3。"))
        return cleaned

    def said(self) -> Node:
        cleaned = self.cleaned_data
        params = {name: figure(Decimal(cleaned["figure"])) for name in KINDS[cleaned["kind"]].params}
        required = None if cleaned["required"] else False
        return {**{n: cleaned[n] for n in ("title", "kind", "hint")}, "params": params, "required": required}


class VariantForm(PartForm):
    names = (
        "name", "summary", "starts_at", "leave_out_steps", "leave_out_actions", "leave_out_criteria",
        "advised_criteria", "standard_days", "responsibilities",
    )  # fmt: skip
    name = line(_("名称"))
    summary = text(_("简介"))
    starts_at = forms.ChoiceField(label=_("从哪一步开始"), required=False)
    leave_out_steps = forms.MultipleChoiceField(
        label=_("不走的步骤"), required=False, widget=forms.CheckboxSelectMultiple
    )
    leave_out_actions = forms.MultipleChoiceField(
        label=_("不做的动作"), required=False, widget=forms.CheckboxSelectMultiple
    )
    leave_out_criteria = forms.MultipleChoiceField(
        label=_("不要求的条件"), required=False, widget=forms.CheckboxSelectMultiple
    )
    advised_criteria = forms.MultipleChoiceField(
        label=_("改为建议的条件"), required=False, widget=forms.CheckboxSelectMultiple
    )
    responsibilities = forms.ChoiceField(
        label=_("责任分工表"), required=False, choices=[("", _("不管")), ("yes", _("要")), ("no", _("不要"))]
    )

    def prepare(self) -> None:
        steps = [(step["key"], step["name"]) for step in self.content.get("steps", [])]
        choices = {
            "starts_at": [("", _("第一步")), *steps],
            "leave_out_steps": steps,
            "leave_out_actions": self._items("actions"),
            "leave_out_criteria": self._items("criteria"),
            "advised_criteria": self._items("criteria"),
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]  # a choice field
        days = (self.initial or {}).get("standard_days") or {}
        for step in self.content.get("steps", []):
            self.fields[f"days_{step['key']}"] = forms.IntegerField(
                label=step["name"], required=False, min_value=1, max_value=MOST_DAYS, initial=days.get(step["key"]),
                widget=forms.NumberInput({"placeholder": step["standard_days"]}),
            )  # fmt: skip

    def _items(self, name: str) -> list[tuple[str, str]]:
        return [
            (item["key"], f"{step['name']} · {item['title']}")
            for step in self.content.get("steps", [])
            for item in step.get(name, [])
        ]

    @classmethod
    def initial_of(cls, part: Node) -> dict[str, Any]:
        said = {None: "", True: "yes", False: "no"}
        return {**super().initial_of(part), "responsibilities": said[part.get("responsibilities")]}

    def day_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("days_")]

    def said(self) -> Node:
        cleaned = self.cleaned_data
        days = {name[5:]: value for name, value in cleaned.items() if name.startswith("days_") and value}
        yes = {"": None, "yes": True, "no": False}[cleaned["responsibilities"]]
        return {**super().said(), "standard_days": days, "responsibilities": yes}


class RowsForm(PartForm):
    """A list without keys, edited as a whole: what is left empty goes, two spare rows wait at the end."""

    columns: ClassVar[Mapping[str, forms.Field]]

    def prepare(self) -> None:
        standing = (self.initial or {}).get(self.names[0]) or []
        self.count = min(len(standing) + SPARE_ROWS, MOST_ROWS)
        for number in range(self.count):
            for name, field in self.columns.items():
                value = standing[number].get(name) if number < len(standing) else None
                self.fields[f"{number}_{name}"] = self._field(field, value)

    @staticmethod
    def _field(field: forms.Field, value: Any) -> forms.Field:
        from copy import deepcopy

        copied = deepcopy(field)
        copied.required, copied.initial = False, value
        return copied

    def rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"{number}_{name}"] for name in self.columns] for number in range(self.count)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number in range(self.count):
            said = {name: cleaned.get(f"{number}_{name}") for name in self.columns}
            if any(said.values()):
                for name, field in self.columns.items():
                    if field.required and not said[name] and f"{number}_{name}" not in self.errors:
                        self.add_error(f"{number}_{name}", _("这一行还缺这一项；整行清空就是删除。"))
        return cleaned

    def said(self) -> Node:
        found = []
        for number in range(self.count):
            row = {name: self.cleaned_data.get(f"{number}_{name}") for name in self.columns}
            if any(row.values()):
                found.append({name: self.written(name, value) for name, value in row.items() if value})
        return {self.names[0]: found}

    def written(self, name: str, value: Any) -> Any:
        return value


class NotesForm(RowsForm):
    names = ("notes",)
    columns = {"title": line(_("标题")), "text": text(_("内容"), required=True)}  # never changed


class ScriptForm(RowsForm):
    names = ("script",)
    columns = {
        "part": line(_("环节"), placeholder=_("例如 开场")),
        "lines": lines(_("怎么说"), required=True, help_text=_("一行一句。")),
    }


class ResponsibilitiesForm(RowsForm):
    names = ("responsibilities",)
    columns = {
        "function": forms.ChoiceField(
            label=_("部门"), choices=[("", _("—")), *((f.value, FUNCTION_NAMES[f]) for f in Function)]
        ),
        "part": forms.ChoiceField(label=_("角色"), choices=[("", _("—")), *((p.value, words.PART[p]) for p in Raci)]),
        "what": line(_("负责什么")),
        "standard": line(_("交付标准")),
    }


class CircumstancesForm(RowsForm):
    """Any of the rows may fit; within a row everything that is said must."""

    names = ("when",)
    columns = {
        "market": forms.ChoiceField(label=_("市场"), required=False, choices=[("", _("不限")), *MARKETS]),
        "scale": forms.ChoiceField(label=_("规模"), required=False, choices=[("", _("不限")), *SCALES]),
        "motion": forms.ChoiceField(label=_("方式"), required=False, choices=[("", _("不限")), *MOTIONS]),
        "complex": forms.ChoiceField(
            label=_("复杂项目"), required=False, choices=[("", _("不限")), ("yes", _("是")), ("no", _("不是"))]
        ),
    }

    @staticmethod
    def _field(field: forms.Field, value: Any) -> forms.Field:
        return RowsForm._field(field, {True: "yes", False: "no"}.get(value, value))

    def written(self, name: str, value: Any) -> Any:
        return value == "yes" if name == "complex" else value


class NewVariantForm(PartForm):
    names = ("name", "summary")
    name = line(_("名称"), placeholder=_("例如 渠道合作伙伴"))
    summary = text(_("简介"), help_text=_("和完整流程有什么不同。"))


class NewStepForm(PartForm):
    names = ("key",)
    key = forms.ChoiceField(label=_("哪一步"), help_text=_("照原来的内容放回来，再修改。"))

    def prepare(self) -> None:
        there = {step["key"] for step in self.content.get("steps", [])}
        self.fields["key"].choices = [(key.value, words.STEP[key]) for key in StepKey if key not in there]  # type: ignore[attr-defined]  # a choice field


WHOLE = {"": PlaybookForm, "notes": NotesForm}
STEP_FORMS = {"": StepForm, "script": ScriptForm, "responsibilities": ResponsibilitiesForm}
VARIANT_FORMS = {"": VariantForm, "when": CircumstancesForm}
ITEM_FORMS: Mapping[str, type[PartForm]] = {
    "actions": ActionForm, "extra_actions": ActionForm, "deliverables": DeliverableForm, "criteria": CriterionForm,
    "extra_criteria": CriterionForm, "variants": NewVariantForm, "steps": NewStepForm,
}  # fmt: skip


def form_for(place: str, part: str = "") -> type[PartForm] | None:
    """The form of a part; ``part`` names one of its lists without keys. None where there is no such thing."""
    match place.split("/"):
        case [""]:
            return WHOLE.get(part)
        case ["steps", _key]:
            return STEP_FORMS.get(part)
        case ["variants", _key]:
            return VARIANT_FORMS.get(part)
        case [*where, _key]:
            return None if part else adding(("/").join(where), wanted=("actions", "deliverables", "criteria", *BY_STEP))
        case _:
            return None


def adding(where: str, wanted: tuple[str, ...] = tuple(ITEM_FORMS)) -> type[PartForm] | None:
    """The form of what is added to a list."""
    match where.split("/"):
        case [name] if name in wanted:
            return ITEM_FORMS.get(name)
        case ["steps", step, ("actions" | "deliverables" | "criteria") as name] if step in list(StepKey):
            return ITEM_FORMS[name]
        case ["variants", _key, ("extra_actions" | "extra_criteria") as name, step] if step in list(StepKey):
            return ITEM_FORMS[name]
        case _:
            return None


class PublishForm(forms.Form):
    note = TextField(
        label=_("为什么改"),
        required=False,
        widget=forms.Textarea({"rows": 2, "placeholder": _("例如 复盘发现决策人接触得太晚，提前到深度沟通")}),
        help_text=_("写进版本记录，同事看得到。"),
    )


class ImportForm(forms.Form):
    file = forms.FileField(label=_("YAML 文件"), required=False)
    text = TextField(
        label=_("或者把内容贴在这里"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 12, "spellcheck": "false"}),
    )
