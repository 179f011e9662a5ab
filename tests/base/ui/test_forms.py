from django import forms
from django.forms.renderers import TemplatesSetting
from django.template import engines
from django.test import RequestFactory

from tuoke.base.ui.forms import SampleFilters, SampleForm
from tuoke.base.ui.widgets import DateInput, DateTimeInput

WRONG = {"company": "", "phone": "1380", "tier": "z", "due": "morgen"}


def draw(source: str, request=None, **values) -> str:
    return engines["django"].from_string(source).render(values, request)


def test_each_kind_of_input_gets_its_class():
    drawn = draw("{{ form }}", form=SampleForm())
    assert drawn.count("form-control") == 5
    assert drawn.count("form-select") == 1
    assert drawn.count('class="form-check-input"') == 1
    assert drawn.count("<fieldset") == 1
    assert 'type="date"' in drawn
    assert 'type="tel"' in drawn


def test_errors_are_bound_to_their_fields():
    drawn = draw("{% field form.phone %}", form=SampleForm(WRONG))
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_phone_error"' in drawn
    assert 'id="id_phone_error"' in drawn
    assert "应为 11 位数字" in drawn
    help_first = draw("{% field form.company %}", form=SampleForm(WRONG))
    assert 'aria-describedby="id_company_helptext id_company_error"' in help_first


def test_the_summary_leads_to_each_wrong_field():
    form = SampleForm(WRONG)
    form.add_error(None, "整张表不对")
    drawn = draw("{% form_errors form %}", form=form)
    assert 'role="alert"' in drawn
    assert all(f'href="#id_{name}"' in drawn for name in ("company", "phone", "tier", "due"))
    assert "整张表不对" in drawn
    assert draw("{% form_errors form %}", form=SampleForm()).strip() == ""


def test_what_was_typed_stays():
    assert 'value="1380"' in draw("{{ form }}", form=SampleForm(WRONG))


def test_units_stand_beside_the_input():
    assert draw("{% field form.amount prefix='¥' suffix='元' %}", form=SampleForm()).count("<span>") == 2


def test_filters_work_as_a_plain_form_and_offer_to_clear():
    request = RequestFactory().get("/leads/", {"q": "华"})
    form = SampleFilters(request.GET)
    drawn = draw("{% filter_bar form target='#list' %}", request, form=form)
    assert 'method="get" action="/leads/"' in drawn
    assert 'hx-target="#list"' in drawn
    assert "清除" in drawn
    assert drawn.count('class="visually-hidden" for=') == 3
    assert "清除" not in draw("{% filter_bar form target='#list' %}", RequestFactory().get("/"), form=SampleFilters())


def test_pickers_speak_the_format_of_browsers():
    from datetime import date, datetime

    assert 'value="2026-11-23"' in DateInput().render("a", date(2026, 11, 23))
    assert 'value="2026-11-23T09:05"' in DateTimeInput().render("a", datetime(2026, 11, 23, 9, 5))


class EveryPlainInput(forms.Form):
    text = forms.CharField(widget=forms.TextInput({"placeholder": '<"引号">', "autofocus": True, "readonly": False}))
    number = forms.IntegerField(min_value=3)
    hidden = forms.CharField(widget=forms.HiddenInput)
    secret = forms.CharField(widget=forms.PasswordInput)
    day = forms.DateField(widget=DateInput)
    at = forms.DateTimeField(widget=DateTimeInput)
    one = forms.ChoiceField(choices=[("", "—"), (1, "一 & 二"), ("丙 <组>", [("a", "甲"), ("b", "乙")])])


def test_what_is_drawn_without_a_template_looks_like_djangos():
    given = {"text": '"><b>', "number": "7", "day": "2026-11-23", "one": "a", "hidden": "1"}
    for form in (EveryPlainInput(), EveryPlainInput(given)):
        for bound in form:
            own, djangos = bound.as_widget(), TemplatesSetting()
            form.renderer, house = djangos, form.renderer
            assert own.split() == bound.as_widget().split(), bound.name
            form.renderer = house
