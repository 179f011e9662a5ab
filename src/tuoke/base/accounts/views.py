from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuoke.base.accounts import actions, queries
from tuoke.base.accounts.access import StaffRequest, needs, open_to_all
from tuoke.base.accounts.forms import CompanyForm
from tuoke.base.accounts.models import Company
from tuoke.base.accounts.rules import COMPANY_LIMITS, Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import HtmxRequest, screen, toast

LOGO_SECONDS = 365 * 24 * 3600
"""A logo's address changes with the picture."""


@require_GET
@needs(Permission.ORG_READ)
def organisation(request: StaffRequest) -> HttpResponse:
    context = {
        "departments": queries.organisation(),
        "company": queries.company(),
        "may_change": request.principal.may(Permission.ORG_WRITE),
    }
    return screen(request, "accounts/organisation.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.ORG_WRITE)
def company(request: StaffRequest) -> HttpResponse:
    """The company's card, as customers read it."""
    if request.method != "POST":
        return _company_page(request, CompanyForm(initial=_said()))
    form = CompanyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _company_page(request, form, status=422)
    try:
        version = form.cleaned_data["version"]
        actions.set_company(draft=form.draft(), version=version, by=request.principal, now=timezone.now())
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return _company_page(request, form, status=422)
    except Conflict as conflict:
        return _conflict(request, form, conflict)
    toast(request, _("公司名片已保存"))
    return redirect("organisation")


@require_GET
@open_to_all("customers see it on their pages")
def logo(request: HtmxRequest, digest: str) -> HttpResponse:
    found = Company.objects.filter(logo_digest=digest).exclude(logo=None).first()
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.logo), content_type=found.logo_type)  # type: ignore[arg-type]  # not None: asked above
    patch_cache_control(response, public=True, max_age=LOGO_SECONDS, immutable=True)
    return response


def _said() -> dict[str, object]:
    """What stands there now, or the name that is shown until something does."""
    found = Company.objects.values(*COMPANY_LIMITS, "version").first()
    return found or {"name": queries.company().name, "version": 0}


def _company_page(request: StaffRequest, form: CompanyForm, *, status: int = 200, **more: object) -> HttpResponse:
    context = {"form": form, "company": queries.company(), **more}
    return screen(request, "accounts/company.html", context, status=status)


def _conflict(request: StaffRequest, form: CompanyForm, conflict: Conflict) -> HttpResponse:
    rows = [
        (form.fields[name].label, mine, theirs)
        for name in COMPANY_LIMITS
        if (mine := form.cleaned_data[name]) != (theirs := getattr(conflict.current, name))
    ]
    return _company_page(request, form, status=409, rows=rows)
