"""The screens of customers and contacts: load, parse, act, answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of, key_of
from tuoke.base.ui.http import screen, toast, wants_part
from tuoke.services.exchange import rules as exchange
from tuoke.spine.catalog.rules import INDUSTRIES
from tuoke.spine.customers import actions, hooks
from tuoke.spine.customers.actions import Duplicate
from tuoke.spine.customers.filters import CustomerFilter
from tuoke.spine.customers.forms import ContactForm, CustomerForm, TransferForm
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.paging import BadCursor, Page, Sort, page_of
from tuoke.spine.customers.queries import Hit, draft_of_customer, duplicates_of, receivers, timeline_of_customer
from tuoke.spine.customers.rules import OnDuplicate
from tuoke.spine.customers.words import field_name, said_value

NEWEST = Sort("id", is_descending=True)
TIMELINE = 20
MOST_LEADS = 20
SHOWN = (
    "name", "phone", "credit_code", "industry", "region", "address", "staff_low", "staff_high", "revenue_low",
    "revenue_high", "note",
)  # fmt: skip
CONTACT_SHOWN = (
    "name", "position", "role", "contacted_on", "phone", "wechat", "email", "preferred_channel", "note",
)  # fmt: skip


@require_GET
@needs(Permission.CUSTOMER_READ)
def listing(request: StaffRequest) -> HttpResponse:
    who = request.principal
    seen = Customer.objects.visible_to(who).real()
    found = CustomerFilter(request.GET, queryset=seen, who=who)
    sound = found.is_valid()
    page = _page(request, found) if sound else Page[Customer]([], None)
    context = {
        "filter": found,
        "customers": page.rows,
        "next": page.next,
        "industries": INDUSTRIES,
        "today": timezone.localdate(),
        "narrowed": any(request.GET.get(name) for name in ("q", "industry", "region", "tier", "owner")),
        "may_write": who.may(Permission.CUSTOMER_WRITE),
    }
    return screen(request, "customers/list.html", context, region="list", status=200 if sound else 422)


@require_GET
@needs(Permission.CUSTOMER_READ)
def detail(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What was merged leads on to the customer that was kept (S2.3)."""
    who = request.principal
    customer = _readable(request, pk)
    if customer.merged_into_id is not None:
        return redirect("customers:detail", customer.merged_into_id)
    leads = Lead.objects.visible_to(who).filter(customer=customer).order_by("-id")
    context = {
        "customer": customer,
        "contacts": list(customer.contacts.order_by("id")),
        "leads": list(leads[:MOST_LEADS]),
        "may_write": Customer.objects.visible_to(who, "write").filter(pk=pk).exists(),
        "may_give": who.may(Permission.LEAD_ASSIGN),
        "panels": [one for one in hooks.customer_panels if one.permission is None or who.may(one.permission)],
        "verbs": hooks.customer_verbs if customer.owner_id is not None else [],
        "cases": [case for find in hooks.cases_of for case in find(who, customer)],
        "new_case_url": next((url(customer) for url in hooks.new_case_url if who.may(Permission.DEAL_WRITE)), ""),
        "today": timezone.localdate(),
        "attributes": [(name, str(value)) for name, value in customer.attributes.items() if value not in ("", None)],
        **_timeline(request, customer),
    }
    return screen(request, "customers/detail.html", context)


@require_GET
@needs(Permission.CUSTOMER_READ)
def timeline(request: StaffRequest, pk: int) -> HttpResponse:
    """The events before ``?before=``, for the end of the timeline."""
    customer = _readable(request, pk)
    context = {"customer": customer, **_timeline(request, customer)}
    return screen(request, "customers/timeline.html", context, region="older")


@require_http_methods(["GET", "POST"])
@needs(Permission.CUSTOMER_WRITE)
@once
def new(request: StaffRequest) -> HttpResponseBase:
    who = request.principal
    form = CustomerForm(
        request.POST or None,
        receivers=receivers(who, Permission.CUSTOMER_WRITE).values(),
        check_url=reverse("customers:duplicates"),
        initial={"owner": who.user_id},
    )
    if request.method == "GET" or not form.is_valid():
        return _answer(request, form)
    try:
        customer = actions.create_customer(
            draft=form.draft(), by=who, now=timezone.now(), on_duplicate=_on_duplicate(form)
        )
    except Duplicate as found:
        return _answer(request, form, hits=found.hits, must_confirm=True)
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return _answer(request, form)
    toast(request, _("已新建客户"))
    return redirect(customer)


@require_http_methods(["GET", "POST"])
@needs(Permission.CUSTOMER_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    customer = _writable(request, pk)
    check_url = f"{reverse('customers:duplicates')}?of={customer.pk}"
    form = CustomerForm(
        request.POST or None, receivers=None, check_url=check_url, initial=CustomerForm.initial_of(customer)
    )
    if request.method == "GET" or not form.is_valid():
        return _answer(request, form, customer=customer)
    draft = form.draft(upon=draft_of_customer(customer))
    try:
        actions.edit_customer(
            customer=customer,
            version=form.cleaned_data["version"] or 0,
            draft=draft,
            by=request.principal,
            now=timezone.now(),
            on_duplicate=_on_duplicate(form),
        )
    except Conflict as conflict:
        again = CustomerForm(_renewed(request, conflict.current), receivers=None, check_url=check_url)
        return _answer(request, again, customer=customer, status=409, **_both_sides(draft, conflict.current, SHOWN))
    except Duplicate as found:
        return _answer(request, form, customer=customer, hits=found.hits, must_confirm=True)
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return _answer(request, form, customer=customer)
    toast(request, _("已保存"))
    return redirect(customer)


@require_GET
@needs(Permission.CUSTOMER_WRITE)
def duplicates(request: StaffRequest) -> HttpResponseBase:
    """What looks like that which is being typed (S2.3). ``?of=`` is the customer that is being edited. A region: it has no page."""
    if not wants_part(request):
        return redirect("customers:new")
    asked = request.GET.get("of", "")
    ignoring = [f"customers.customer:{int(asked)}"] if asked.isascii() and asked.isdigit() and len(asked) < 19 else []
    typed = {"name": request.GET.get("name", "").strip()[:200]}
    if not exchange.sound(typed["name"]):
        typed.clear()
    phones = exchange.phones(request.GET.get("phone", "")[:80] or None)
    if isinstance(phones, tuple) and phones:
        typed["phone"] = phones[0].number
    code = exchange.credit_code(request.GET.get("credit_code", "")[:40] or None)
    if isinstance(code, str):
        typed["credit_code"] = code
    hits = duplicates_of(who=request.principal, ignoring=ignoring, **typed)
    return screen(request, "customers/form.html", {"hits": hits}, region="duplicates")


@require_http_methods(["GET", "POST"])
@needs(Permission.CUSTOMER_WRITE)
def transfer(request: StaffRequest, pk: int) -> HttpResponseBase:
    customer = _writable(request, pk)
    form = TransferForm(request.POST or None, receivers=receivers(request.principal, Permission.CUSTOMER_WRITE))
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["owner"]
        try:
            actions.transfer_customer(customer=customer, to=to, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已转交给 %(name)s") % {"name": to.name})
            stays = Customer.objects.visible_to(request.principal).filter(pk=customer.pk).exists()
            return redirect(customer if stays else "customers:list")
    context = {"form": form, "customer": customer}
    return screen(request, "customers/transfer.html", context, region="form", status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@needs(Permission.CUSTOMER_WRITE)
@once
def add_contact(request: StaffRequest, pk: int) -> HttpResponseBase:
    customer = _writable(request, pk)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_contact(customer=customer, draft=form.draft(), by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已添加联系人"))
            return redirect(f"{customer.get_absolute_url()}#contacts")
    return _contact_answer(request, form, customer)


@require_http_methods(["GET", "POST"])
@needs(Permission.CUSTOMER_WRITE)
def edit_contact(request: StaffRequest, contact: int) -> HttpResponseBase:
    seen = Contact.objects.visible_to(request.principal, "write").select_related("customer")
    found = get_object_or_404(seen, pk=contact)
    form = ContactForm(request.POST or None, initial=ContactForm.initial_of(found))
    if request.method == "GET" or not form.is_valid():
        return _contact_answer(request, form, found.customer, contact=found)
    draft, version = form.draft(), form.cleaned_data["version"] or 0
    try:
        actions.edit_contact(contact=found, version=version, draft=draft, by=request.principal, now=timezone.now())
    except Conflict as conflict:
        again = ContactForm(_renewed(request, conflict.current))
        sides = _both_sides(draft, conflict.current, CONTACT_SHOWN)
        return _contact_answer(request, again, found.customer, contact=found, status=409, **sides)
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return _contact_answer(request, form, found.customer, contact=found)
    toast(request, _("已保存"))
    return redirect(f"{found.customer.get_absolute_url()}#contacts")


def _readable(request: StaffRequest, pk: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.principal).select_related("owner"), pk=pk)


def _writable(request: StaffRequest, pk: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.principal, "write"), pk=pk)


def _page(request: StaffRequest, found: Any) -> Page[Customer]:
    rows = found.qs.select_related("owner").defer("search_text", "attributes", "note")
    try:
        return page_of(rows, sort=NEWEST, cursor=request.GET.get("cursor", ""))
    except BadCursor:
        return page_of(rows, sort=NEWEST)


def _timeline(request: StaffRequest, customer: Customer) -> dict[str, Any]:
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    events = timeline_of_customer(customer, who=request.principal, before=before, limit=TIMELINE + 1)
    return {"events": events[:TIMELINE], "older": events[TIMELINE - 1].pk if len(events) > TIMELINE else None}


def _on_duplicate(form: CustomerForm) -> OnDuplicate:
    return OnDuplicate.ACCEPT if form.cleaned_data["confirmed"] else OnDuplicate.REFUSE


def _answer(
    request: StaffRequest,
    form: CustomerForm,
    *,
    customer: Customer | None = None,
    hits: list[Hit] | None = None,
    status: int = 0,
    **more: Any,
) -> HttpResponse:
    wrong = form.is_bound and (bool(form.errors) or bool(more.get("must_confirm")))
    context = {"form": form, "customer": customer, "hits": hits or [], "industries": INDUSTRIES, **more}
    return screen(request, "customers/form.html", context, status=status or (422 if wrong else 200))


def _contact_answer(
    request: StaffRequest, form: ContactForm, customer: Customer, *, status: int = 0, **more: Any
) -> HttpResponse:
    context = {"form": form, "customer": customer, **more}
    wrong = 422 if form.is_bound and form.errors else 200
    return screen(request, "customers/contact.html", context, region="form", status=status or wrong)


def _renewed(request: StaffRequest, current: Any) -> Any:
    """What was typed, upon the version that stands now: saving once more is then deliberate."""
    data = request.POST.copy()
    data["version"] = str(current.version)
    return data


def _both_sides(mine: Any, theirs: Any, names: tuple[str, ...]) -> dict[str, Any]:
    rows = [
        (field_name(name), said_value(name, getattr(mine, name)), said_value(name, getattr(theirs, name)))
        for name in names
        if getattr(mine, name) != getattr(theirs, name)
    ]
    last = history_of(key_of(theirs)).first()
    return {"conflict": True, "rows": rows, "who": last.actor_name if last else ""}
