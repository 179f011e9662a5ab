"""The sections: written here or taken from the library, edited in their place, ordered, withdrawn."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict
from tuoke.base.ui.http import screen, toast, typed, wants_part
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.models import Need
from tuoke.steps.proposals import actions, queries
from tuoke.steps.proposals.forms import (
    BlocksForm,
    EditSectionForm,
    MoveForm,
    OrderForm,
    SectionForm,
    TakeForm,
    VersionForm,
)
from tuoke.steps.proposals.models import PART_NAMES, Section
from tuoke.steps.proposals.queries.judging import sections_of
from tuoke.steps.proposals.queries.knowing import knowledge_of
from tuoke.steps.proposals.rules import SectionDraft, Suggestion, filled_block
from tuoke.steps.proposals.views.answering import (
    after,
    complain,
    deal_of,
    done,
    pressed,
    section_of,
    standing_proposal,
    status,
)
from tuoke.steps.proposals.views.showing import may_write, offered

SHOWN = 60
"""Blocks on the page of all blocks; more are found by searching."""


@require_http_methods(["GET", "POST"])
@needs(Permission.PROPOSAL_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Write a section of one's own (region ``section-form``). ``?need=`` and ``?part=`` fill the form."""
    proposal = standing_proposal(request, pk)
    deal, by, now = proposal.opportunity, request.principal, timezone.now()
    form = SectionForm(typed(request), listed=_listed(deal), initial=_asked(request), prefix="new")

    def act() -> object:
        return actions.add_section(proposal=proposal, draft=form.draft, by=by, now=now)

    if request.method == "POST" and form.is_valid() and done(form, act):
        toast(request, _("已加入方案"))
        return after(request, deal)
    context = {"form": form, "deal": deal, "is_part": wants_part(request)}
    return screen(request, "proposals/add.html", context, region="section-form", status=status(form))


@require_http_methods(["GET", "POST"])
@needs(Permission.PROPOSAL_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change a section in its place (region ``section-form``). A stale version shows both sides."""
    section = section_of(request, pk)
    deal, by, now = section.proposal.opportunity, request.principal, timezone.now()
    form = EditSectionForm(
        typed(request), listed=_listed(deal), initial=_initial(section), prefix=f"section{section.pk}"
    )
    context: dict[str, Any] = {"form": form, "section": section, "deal": deal, "is_part": wants_part(request)}
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            if done(
                form, lambda: actions.edit_section(section=section, version=version, draft=form.draft, by=by, now=now)
            ):
                toast(request, _("已保存"))
                return after(request, deal, at=f"#section-{section.pk}")
        except Conflict as conflict:
            context["rows"] = _two_sides(form.draft, conflict)
            return screen(request, "proposals/edit.html", context, region="section-form", status=409)
    return screen(request, "proposals/edit.html", context, region="section-form", status=status(form))


@require_POST
@needs(Permission.PROPOSAL_WRITE)
@once
def take(request: StaffRequest, pk: int, item: int) -> HttpResponseBase:
    """A block of the library becomes a section, with the customer's facts in its 〔places〕; missing ones are named."""
    proposal, now, who = standing_proposal(request, pk), timezone.now(), request.principal
    deal, today = proposal.opportunity, timezone.localdate()
    found, form = queries.block_of(who, item), TakeForm(request.POST)
    if found is None:
        return complain(request, _("这条方案内容已停用，请换一条。"), deal=deal)
    version, block = found
    need = form.cleaned_data["need"] if form.is_valid() else None
    title, text, missing = filled_block(block, queries.facts_of(who, deal_of(request, pk), today=today))
    fitting = {one.block.item_id: one for one in queries.suggestions(who, deal, _wanted(deal))}
    draft = SectionDraft(block.part, title[:80], text, (need,) if need else ())
    why = _kept(fitting.get(item))
    said = _("已加入方案，还缺：%(names)s") % {"names": "、".join(missing)} if missing else _("已加入方案")
    return pressed(
        request,
        lambda: actions.add_section(proposal=proposal, draft=draft, source=version, why=why, by=who, now=now),
        said=said,
        deal=deal,
    )


@require_GET
@needs(Permission.PROPOSAL_READ)
def blocks(request: StaffRequest, pk: int) -> HttpResponse:
    """Every block that suits the customer's industry and size, with the reasons; ``?q=`` and ``?part=`` narrow it down
    (region ``blocks``)."""
    deal = deal_of(request, pk)
    proposal, form = queries.current_proposal(deal), BlocksForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    words, part = asked.get("q", "").casefold().split(), asked.get("part", "")
    fitting = queries.all_fitting(request.principal, deal, _wanted(deal))
    found = [one for one in fitting if _is_asked(one, words, part)]
    taken = {section.source.item_id for section in sections_of(proposal) if section.source} if proposal else set()
    context = {
        "deal": deal, "proposal": proposal, "form": form, "found": offered(found[:SHOWN]), "count": len(found),
        "taken": taken, "may_write": proposal is not None and may_write(request.principal, deal),
        "names": {need.pk: need for need in _listed(deal)},
    }  # fmt: skip
    return screen(request, "proposals/blocks.html", context, region="blocks")


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def reorder(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The order made by dragging: ``order`` is ids with commas; each keeps its part."""
    proposal, form = standing_proposal(request, pk), OrderForm(request.POST)
    deal, by, now = proposal.opportunity, request.principal, timezone.now()
    if not form.is_valid():
        return complain(request, _("顺序没有保存，请再拖一次。"), deal=deal)
    return pressed(
        request, lambda: actions.reorder(proposal=proposal, order=form.ids, by=by, now=now), said="", deal=deal
    )


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def move(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One place up or down within its part, for those who don't drag."""
    section, form = section_of(request, pk), MoveForm(request.POST)
    proposal, by, now = section.proposal, request.principal, timezone.now()
    if not form.is_valid():
        return after(request, proposal.opportunity)
    order = [other.pk for other in sections_of(proposal) if other.part == section.part]
    if section.pk in order:
        place = order.index(section.pk)
        other = place + (1 if form.cleaned_data["to"] == "down" else -1)
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
    return pressed(
        request,
        lambda: actions.reorder(proposal=proposal, order=order, by=by, now=now),
        said="",
        deal=proposal.opportunity,
    )


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    section, form = section_of(request, pk), VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    by, now = request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.withdraw_section(section=section, version=version, by=by, now=now),
        said=_("已撤下“%(title)s”") % {"title": section.title},
        deal=section.proposal.opportunity,
        undo_url=reverse("proposals:section_restore", args=[section.pk]),
    )


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    section, by, now = section_of(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.restore_section(section=section, by=by, now=now),
        said=_("已恢复"),
        deal=section.proposal.opportunity,
        at=f"#section-{section.pk}",
    )


def _listed(deal: Opportunity) -> list[Need]:
    return sorted(Need.objects.listed().filter(opportunity=deal), key=lambda need: need.place)


def _wanted(deal: Opportunity) -> list[Any]:
    return queries.wanted_of(knowledge_of(deal).lines)


def _asked(request: StaffRequest) -> dict[str, Any]:
    need, part = request.GET.get("need", ""), request.GET.get("part", "")
    known = {"part": part} if part in PART_NAMES else {}
    return known | ({"needs": [int(need)]} if need.isascii() and need.isdigit() and len(need) < 19 else {})


def _initial(section: Section) -> dict[str, Any]:
    needs = list(section.answers.values_list("need_id", flat=True))
    names = ("title", "part", "text", "version")
    return {name: getattr(section, name) for name in names} | {"needs": needs}


def _two_sides(mine: SectionDraft, conflict: Conflict) -> list[tuple[str, object, object]]:
    current = conflict.current
    assert isinstance(current, Section)
    return [
        (_("小节标题"), mine.title, current.title),
        (_("放在哪一部分"), PART_NAMES.get(mine.part, ""), PART_NAMES.get(current.part, "")),
        (_("正文"), mine.text, current.text),
    ]


def _kept(suggestion: Suggestion | None) -> list[dict[str, object]]:
    reasons = suggestion.why if suggestion else ()
    return [{"code": reason.code, "params": dict(reason.params)} for reason in reasons]


def _is_asked(one: Suggestion, words: list[str], part: str) -> bool:
    said = f"{one.block.title} {one.block.text}".casefold()
    return (not part or one.block.part == part) and all(word in said for word in words)
