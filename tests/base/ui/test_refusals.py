from __future__ import annotations

from django import forms

from tuoke.base.kernel.verdict import no
from tuoke.base.ui.refusals import SaysWhy


class PriceForm(SaysWhy):
    price = forms.CharField(required=False)

    @staticmethod
    def say(reason):
        return f"said: {reason.code}"


def test_every_reason_is_said_at_its_field_or_on_top_where_it_has_none_here():
    form = PriceForm({"price": "1"})
    assert form.is_valid()
    form.refuse(no("too_low", field="price") & no("deal_closed") & no("date_missing", field="elsewhere"))
    assert form.errors["price"] == ["said: too_low"]
    assert form.non_field_errors() == ["said: deal_closed", "said: date_missing"]
