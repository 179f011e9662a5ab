"""勿扰: a contact isn't to be contacted any more, or again (O5)."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen, toast
from tuoke.spine.customers import actions
from tuoke.spine.customers.forms import SilenceForm
from tuoke.spine.customers.models import Contact


@require_http_methods(["GET", "POST"])
@needs(Permission.CUSTOMER_WRITE)
def leave_alone(request: StaffRequest, contact: int) -> HttpResponseBase:
    """设为勿扰, with its reason (region ``form``)."""
    found = _contact(request, contact)
    form = SilenceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["reason"]
        try:
            actions.leave_alone(contact=found, reason=said, by=request.principal, now=timezone.now())
        except Refused as refused:
            form.refuse(refused.verdict)
        else:
            undo = reverse("customers:contact_again", args=[found.pk])
            toast(request, _("已设为勿扰：所有渠道都不再联系"), undo_url=undo)
            return redirect(f"{found.customer.get_absolute_url()}#contacts")
    context = {"form": form, "contact": found, "customer": found.customer}
    return screen(request, "customers/silence.html", context, region="form", status=422 if form.errors else 200)


@require_POST
@needs(Permission.CUSTOMER_WRITE)
def contact_again(request: StaffRequest, contact: int) -> HttpResponseBase:
    found = _contact(request, contact)
    actions.contact_again(contact=found, by=request.principal, now=timezone.now())
    toast(request, _("已取消勿扰"))
    return redirect(f"{found.customer.get_absolute_url()}#contacts")


def _contact(request: StaffRequest, pk: int) -> Contact:
    seen = Contact.objects.visible_to(request.principal, "write").select_related("customer")
    return get_object_or_404(seen, pk=pk)
