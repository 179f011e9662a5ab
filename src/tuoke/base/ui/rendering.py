"""Django's forms drawn the house way, everywhere: `{{ form }}`, `{{ form.field.as_field_group }}`, `{% field %}`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


class HouseField(BoundField):
    """Gives each widget the class that its kind needs; ids, aria-invalid and aria-describedby are Django's."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        kind = widget or self.field.widget
        if not kind.is_hidden:
            classes = [_class_of(kind), kind.attrs.get("class", ""), built.get("class", "")]
            if joined := " ".join(dict.fromkeys(name for name in classes if name)):
                built["class"] = joined
        return built

    @property
    def is_tick(self) -> bool:
        """One box with its label behind it."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_required(self) -> bool:
        return self.field.required and not self.field.disabled


class Renderer(TemplatesSetting):
    """Plain inputs and selects are drawn here: Django would call two templates for each, and two for every option."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
    bound_field_class = HouseField

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if draw := _DRAWN.get(template_name):
            return draw(context["widget"])
        return super().render(template_name, context, request)


def _input(widget: Mapping[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else format_html(' value="{}"', widget["value"])
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attrs(widget))


def _select(widget: Mapping[str, Any]) -> SafeString:
    groups = _joined(_group(name, options) for name, options, _ in widget["optgroups"])
    return format_html('<select name="{}"{}>{}\n</select>', widget["name"], _attrs(widget), groups)


def _group(name: str | None, options: list[dict[str, Any]]) -> SafeString:
    drawn = _joined(
        format_html('\n  <option value="{}"{}>{}</option>', option["value"], _attrs(option), option["label"])
        for option in options
    )
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, drawn) if name else drawn


def _attrs(widget: Mapping[str, Any]) -> SafeString:
    return _joined(
        format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308  # each part is escaped


_INPUTS = (
    forms.TextInput,
    forms.NumberInput,
    forms.EmailInput,
    forms.URLInput,
    forms.HiddenInput,
    forms.PasswordInput,
    forms.DateInput,
    forms.DateTimeInput,
    forms.TimeInput,
)
_DRAWN: dict[str, Callable[[Mapping[str, Any]], SafeString]] = {
    **{kind.template_name: _input for kind in _INPUTS},
    forms.Select.template_name: _select,
}


def _class_of(widget: forms.Widget) -> str:
    if isinstance(widget, _CHOICES):
        return ""  # Django would put it on the box around them; `.choices` draws these
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"
