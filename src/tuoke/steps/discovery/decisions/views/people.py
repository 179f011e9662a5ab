"""决策链图: the people, their places and what the map lacks."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.spine.customers.models import DECISION_ROLE_NAMES, Contact
from tuoke.spine.customers.rules import DecisionRole
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions import actions, queries, words
from tuoke.steps.discovery.decisions.documents import chain_document
from tuoke.steps.discovery.decisions.forms import PersonForm, StanceForm
from tuoke.steps.discovery.decisions.models import ATTITUDE_NAMES, ATTITUDES, INFLUENCES, Stance
from tuoke.steps.discovery.decisions.places import to_map
from tuoke.steps.discovery.decisions.rules import ROLES, Attitude, Influence
from tuoke.steps.discovery.decisions.views.showing import (
    common,
    found_contact,
    found_deal,
    people_of,
    pressed,
    version_in,
)

# So many people are named on the deal page; the map has them all.
SHORT_LIST = 8


@require_GET
@needs(Permission.NEED_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """The map of a deal (region ``chain``)."""
    return _shown(request, found_deal(request, pk))


@require_GET
@needs(Permission.NEED_READ)
def panel(request: StaffRequest, pk: int) -> HttpResponse:
    """Who decides and what is missing, within the customer's card of the deal page (region ``decisions-panel``)."""
    deal = found_deal(request, pk)
    context = common(request, deal, current="map")
    chain = queries.chain_of(request.principal, deal)
    criteria = queries.criteria_of(request.principal, deal)
    people = [seen for _role, band in chain.bands for seen in band]
    missing = [words.role_name(gap.role or DecisionRole.DECIDER) for gap in _missing_roles(chain, context)]
    shown = {"people": people[:SHORT_LIST], "more_people": len(people) > SHORT_LIST}
    context |= {"chain": chain, "missing": missing, "criteria": criteria} | shown
    return screen(request, "decisions/panel.html", context, region="decisions-panel")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEED_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Somebody new, with his place on the map (region ``form``). ``?role=`` is filled in."""
    deal = found_deal(request, pk, action="write")
    if not common(request, deal, current="map")["may_name"]:
        raise Http404
    initial = {"role": request.GET.get("role", ""), "influence": "", "attitude": ""}
    form = PersonForm(typed(request), others=people_of(deal), initial=initial)
    if request.method == "POST" and form.is_valid():
        by, now = request.principal, timezone.now()
        try:
            actions.add_person(deal=deal, person=form.person, draft=form.draft, boss_id=form.boss_id, by=by, now=now)
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已加到图上"))
            return renewed(request, lambda: _shown(request, deal), to=to_map(deal))
    context = {"deal": deal, "form": form, "title": _("加一位联系人"), "url": request.path, "is_new": True}
    return screen(request, "decisions/person.html", context, region="form", status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEED_WRITE)
def person(request: StaffRequest, pk: int, contact: int) -> HttpResponseBase:
    """Everything about one person's place (region ``form``). A stale version shows both sides (409)."""
    deal = found_deal(request, pk, action="write")
    found = found_contact(deal, contact)
    chain = queries.chain_of(request.principal, deal)
    seen = next((s for s in (*chain.people, *chain.left_out) if s.contact.pk == found.pk), None)
    if seen is None:
        raise Http404
    others = [other for other in people_of(deal) if other.pk != found.pk]
    initial = StanceForm.initial_of(seen.stance, boss_id=seen.boss.pk if seen.boss else None)
    form = StanceForm(typed(request), others=others, initial=initial)
    context: dict[str, Any] = {"deal": deal, "form": form, "title": found.name, "seen": seen, "url": request.path}
    if request.method == "POST" and form.is_valid():
        try:
            _store(request, deal, found, form)
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            context |= _two_sides(form, conflict)
            return screen(request, "decisions/person.html", context, region="form", status=409)
        else:
            toast(request, _("已保存"))
            return renewed(request, lambda: _shown(request, deal), to=f"{to_map(deal)}#person-{found.pk}")
    return screen(request, "decisions/person.html", context, region="form", status=status_of(form))


@require_POST
@needs(Permission.NEED_WRITE)
def set_(request: StaffRequest, pk: int, contact: int) -> HttpResponseBase:
    """One thing in two taps: ``role``, ``influence`` or ``attitude``; ``?version=`` is the contact's for a role, his
    stance's otherwise."""
    deal = found_deal(request, pk, action="write")
    found, version = found_contact(deal, contact), version_in(request.GET)
    by, now = request.principal, timezone.now()

    def act() -> None:
        if "role" in request.POST:
            role = _one_of(DecisionRole, request.POST["role"])
            actions.set_role(deal=deal, contact=found, version=version, role=role, by=by, now=now)
            return
        draft = actions.draft_of(Stance.objects.filter(opportunity=deal, contact=found).first())
        if "attitude" in request.POST:
            draft = replace(draft, attitude=_one_of(Attitude, request.POST["attitude"]))
        else:
            draft = replace(draft, influence=_one_of(Influence, request.POST.get("influence")))
        actions.take_stance(deal=deal, contact=found, version=version, draft=draft, by=by, now=now)

    said = _("%(name)s：%(what)s") % {"name": found.name, "what": _said(request)}
    return pressed(request, act, lambda: _shown(request, deal), to=to_map(deal), said=said)


@require_POST
@needs(Permission.NEED_WRITE)
def leave_out(request: StaffRequest, pk: int, contact: int) -> HttpResponseBase:
    """He has no part in this decision."""
    deal = found_deal(request, pk, action="write")
    found, version = found_contact(deal, contact), version_in(request.POST)
    by, now = request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.leave_out(deal=deal, contact=found, version=version, by=by, now=now),
        lambda: _shown(request, deal),
        to=to_map(deal),
        said=_("%(name)s 不在这张图上了") % {"name": found.name},
        undo_url=reverse("decisions:take_in", args=[deal.pk, found.pk]),
    )


@require_POST
@needs(Permission.NEED_WRITE)
def take_in(request: StaffRequest, pk: int, contact: int) -> HttpResponseBase:
    deal = found_deal(request, pk, action="write")
    found, by, now = found_contact(deal, contact), request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.take_in(deal=deal, contact=found, by=by, now=now),
        lambda: _shown(request, deal),
        to=to_map(deal),
        said=_("%(name)s 回到图上") % {"name": found.name},
    )


@require_POST
@needs(Permission.NEED_WRITE)
def role_thought(request: StaffRequest, pk: int, role: str) -> HttpResponseBase:
    """Thought of, and nobody has this role."""
    deal, asked = found_deal(request, pk, action="write"), _one_of(DecisionRole, role)
    note, by, now = request.POST.get("note", ""), request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.think_of_role(deal=deal, role=asked, note=note, by=by, now=now),
        lambda: _shown(request, deal),
        to=to_map(deal),
        said=_("已记下：没有%(role)s") % {"role": words.role_name(asked)},
        undo_url=reverse("decisions:role_reconsidered", args=[deal.pk, asked.value]),
    )


@require_POST
@needs(Permission.NEED_WRITE)
def role_reconsidered(request: StaffRequest, pk: int, role: str) -> HttpResponseBase:
    deal, asked = found_deal(request, pk, action="write"), _one_of(DecisionRole, role)
    by, now = request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.reconsider_role(deal=deal, role=asked, by=by, now=now),
        lambda: _shown(request, deal),
        to=to_map(deal),
        said=_("已撤销"),
    )


@require_GET
@needs(Permission.EXPORT)
def export(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """Map and criteria as a document (docx or pdf)."""
    deal = found_deal(request, pk)
    if kind not in ("docx", "pdf"):
        raise Http404
    who, target = request.principal, BytesIO()
    document = chain_document(
        deal,
        queries.chain_of(who, deal),
        queries.criteria_of(who, deal),
        queries.process_of(who, deal),
        today=timezone.localdate(),
    )
    write_document(target, document, kind=kind)
    target.seek(0)
    name = f"决策链与采购标准-{deal.customer.name}.{kind}"
    return FileResponse(target, as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])


def _shown(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    context = common(request, deal, current="map")
    chain = queries.chain_of(request.principal, deal)
    drawing = chain.drawing
    seen = {one.contact.pk: one for one in chain.people}
    context |= {
        "chain": chain,
        "drawing": drawing,
        "nodes": [(node, seen[node.key]) for node in drawing.nodes],
        "bands": [(band, words.role_name(band.role)) for band in drawing.bands],
        "gaps": words.gaps(chain.gaps(today=context["today"])),
        "checks": [(words.role_name(role), check) for role, check in chain.checks.items()],
        "roles": [(role.value, DECISION_ROLE_NAMES[role]) for role in ROLES],
        "attitudes": ATTITUDES,
        "influences": INFLUENCES,
        "attitude_names": ATTITUDE_NAMES,
    }
    return screen(request, "decisions/map.html", context, region="chain")


def _missing_roles(chain: queries.Chain, context: dict[str, Any]) -> list[words.Gap]:
    if context["is_person"]:
        return []
    gaps = words.gaps(chain.gaps(today=context["today"]))
    return [gap for gap in gaps if gap.code in {"decider_unknown", "role_unthought"}]


@transaction.atomic
def _store(request: StaffRequest, deal: Opportunity, contact: Contact, form: StanceForm) -> None:
    by, now, version = request.principal, timezone.now(), form.cleaned_data["version"] or 0
    actions.take_stance(deal=deal, contact=contact, version=version, draft=form.draft, by=by, now=now)
    actions.set_boss(deal=deal, contact=contact, boss_id=form.boss_id, by=by, now=now)


def _two_sides(form: StanceForm, conflict: Conflict) -> dict[str, Any]:
    current, mine = conflict.current, form.draft
    assert current is None or isinstance(current, Stance)
    theirs = actions.draft_of(current)
    named = {"influence": dict(INFLUENCES), "attitude": dict(ATTITUDES)}
    rows = []
    for name, label in words.FIELD_NAMES.items():
        if hasattr(mine, name) and getattr(mine, name) != getattr(theirs, name):
            sides = [
                named.get(name, {}).get(value, value) or "—" for value in (getattr(mine, name), getattr(theirs, name))
            ]
            rows.append((label, *sides))
    last = history_of(current).first() if current else None
    return {"rows": rows, "who": last.actor_name if last else ""}


def _one_of(kind: Any, said: str | None) -> Any:
    try:
        return kind(said)
    except ValueError as error:
        raise Http404 from error


def _said(request: StaffRequest) -> str:
    """What was chosen, in words."""
    if "role" in request.POST:
        return words.role_name(_one_of(DecisionRole, request.POST["role"]))
    if "attitude" in request.POST:
        return str(dict(ATTITUDES)[_one_of(Attitude, request.POST["attitude"])])
    level = dict(INFLUENCES)[_one_of(Influence, request.POST.get("influence"))]
    return _("影响力 %(level)s") % {"level": level}
