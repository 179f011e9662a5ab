"""Django's forms drawn the house way, everywhere: `{{ form }}`, `{{ form.field.as_field_group }}`, `{% field %}`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

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
    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
    bound_field_class = HouseField


def _class_of(widget: forms.Widget) -> str:
    if isinstance(widget, _CHOICES):
        return ""  # Django would put it on the box around them; `.choices` draws these
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"
