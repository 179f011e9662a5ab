from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import FUNCTION_NAMES, User
from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.deals.duties import words
from tuoke.spine.deals.duties.models import PART_NAMES, Duty
from tuoke.spine.deals.duties.rules import NOTE_LIMIT, STANDARD_LIMIT, WHAT_LIMIT, DutyDraft

FIELDS = ("step", "function", "part", "what", "standard", "person", "due_on", "accepter")


class PersonField(forms.ModelChoiceField[User]):
    """A colleague, with his department."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} · {obj.department.name}" if obj.department else obj.name


class DutyForm(SaysWhy):
    step = forms.ChoiceField(label=_("步骤"))
    function = forms.ChoiceField(label=_("部门"), choices=[(f.value, name) for f, name in FUNCTION_NAMES.items()])
    part = forms.ChoiceField(label=_("责任"), choices=[(part.value, name) for part, name in PART_NAMES.items()])
    what = forms.CharField(label=_("交付什么"), max_length=WHAT_LIMIT)
    standard = forms.CharField(
        label=_("交付标准"), max_length=STANDARD_LIMIT, required=False, help_text=_("做到什么程度算完成，能数的写数。")
    )
    person = PersonField(
        User.objects.none(), label=_("谁来做"), required=False, empty_label=_("还没定"),
        help_text=_("选了以后，他会加入这个商机。"),
    )  # fmt: skip
    due_on = forms.DateField(label=_("期限"), required=False, widget=DateInput())
    accepter = PersonField(User.objects.none(), label=_("谁验收"), required=False, empty_label=_("商机负责人"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    say = staticmethod(words.refusal)

    def __init__(self, data: Any, *, steps: Sequence[tuple[str, str]], people: Sequence[User], **more: Any) -> None:
        super().__init__(data, **more)
        chosen = self.fields["step"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = list(steps)
        for name in ("person", "accepter"):
            field = self.fields[name]
            assert isinstance(field, PersonField)
            field.queryset = User.objects.filter(pk__in=[user.pk for user in people]).select_related("department")

    @property
    def draft(self) -> DutyDraft:
        found = self.cleaned_data
        person, accepter = found["person"], found["accepter"]
        return DutyDraft(
            step=found["step"], function=found["function"], part=found["part"], what=found["what"],
            standard=found["standard"], due_on=found["due_on"], person_id=person.pk if person else None,
            accepter_id=accepter.pk if accepter else None,
        )  # fmt: skip

    @staticmethod
    def initial_of(duty: Duty) -> dict[str, Any]:
        values = {name: getattr(duty, name) for name in FIELDS if name not in ("person", "accepter")}
        return values | {"person": duty.person_id, "accepter": duty.accepter_id, "version": duty.version}


class SendBackForm(SaysWhy):
    note = forms.CharField(label=_("还差什么"), max_length=NOTE_LIMIT, widget=forms.Textarea(attrs={"rows": 3}))

    say = staticmethod(words.refusal)
