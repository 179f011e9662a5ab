"""The proposal that a customer is sent (S5.2): its sections, figures, prices and evidence, his questions to each.

How long a section is in view is told by the page's script; without one, going to a section by its own address counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString

from tuoke.base.accounts import queries as accounts
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.doors.portal.leaves import drawn
from tuoke.doors.portal.visits import Visit, host_of
from tuoke.doors.portal.words import sentences
from tuoke.services.documents.writing import CONTENT_TYPES
from tuoke.services.links.rules import is_robot
from tuoke.steps.proposals.sendings import actions
from tuoke.steps.proposals.sendings.models import Paper, Remark, Sending
from tuoke.steps.proposals.sendings.queries import Shared, shared_proposal
from tuoke.steps.proposals.sendings.queries.shared import Said
from tuoke.steps.proposals.sendings.rules import REMARK_LIMIT, PaperState, SharedState, read_seconds

WHOLE = "whole"
"""How the page's form names a word about all of it; kept with an empty section."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What he sent: in which section, his words, what is wrong with them."""

    section: str = ""
    text: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeafShown:
    """A section as it is drawn. ``heading`` is empty where the chapter says the same."""

    key: str
    heading: str
    body: SafeString
    said: tuple[Said, ...] = ()
    typed: str = ""
    problems: tuple[str, ...] = ()
    is_fresh: bool = False


@dataclass(frozen=True, slots=True)
class ChapterShown:
    number: str
    title: str
    leaves: tuple[LeafShown, ...] = field(default_factory=tuple)


class ProposalPage:
    def show(self, visit: Visit) -> HttpResponseBase:
        shared = _shared(visit)
        _note_section(visit, shared)
        return _page(visit, shared)

    def answer(self, visit: Visit) -> HttpResponseBase:
        shared, said = _shared(visit), visit.request.POST
        if visit.is_preview:
            typed = _typed(visit, no("preview_only"))
            return _page(visit, shared, typed, status=HTTPStatus.FORBIDDEN)
        verb = said.get("do", "")
        if verb == "read":
            return _read(visit, shared)
        return _taken_back(visit, verb) if verb.startswith("back-") else _remarked(visit)

    def too_often(self, visit: Visit) -> HttpResponseBase:
        if visit.request.POST.get("do") == "read":
            return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
        typed = _typed(visit, no("too_often"))
        return _page(visit, _shared(visit), typed, status=HTTPStatus.TOO_MANY_REQUESTS)

    def download(self, visit: Visit, kind: str) -> HttpResponseBase:
        shared = _shared(visit)
        if shared.state is not SharedState.OPEN:
            return redirect("portal:open", visit.token)
        if kind not in shared.files:
            raise Http404
        version = shared.sending.version
        paper = Paper.objects.get(version=version, kind=kind, state=PaperState.DONE)
        name = f"{shared.frozen.title}-v{version.number}.{kind}"
        content = BytesIO(bytes(paper.content or b""))
        return FileResponse(content, as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])


def _shared(visit: Visit) -> Shared:
    try:
        return shared_proposal(visit.link)
    except Sending.DoesNotExist:
        raise Http404 from None


def _note_section(visit: Visit, shared: Shared) -> None:
    """He came by the address of a section: a browser without a script can't tell more."""
    key = visit.request.GET.get("at", "")
    is_his = visit.request.method == "GET" and not visit.is_preview and not is_robot(visit.agent)
    if is_his and key in shared.sections:
        actions.customer_reads(link=visit.link, seconds={}, gone_to=[key], by=visit.by, now=visit.now)


def _read(visit: Visit, shared: Shared) -> HttpResponse:
    said = {name.removeprefix("read-"): value for name, value in visit.request.POST.items()}
    seconds = read_seconds({k: str(v) for k, v in said.items()}, known=shared.sections)
    if seconds and not is_robot(visit.agent):
        actions.customer_reads(link=visit.link, seconds=seconds, by=visit.by, now=visit.now)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _remarked(visit: Visit) -> HttpResponseBase:
    typed = _typed(visit)
    section = "" if typed.section == WHOLE else typed.section
    try:
        actions.customer_remarks(
            link=visit.link, section=section, text=typed.text, by=visit.by, now=visit.now, where=visit.ip
        )
    except Refused as refusal:
        return _page(visit, _shared(visit), _typed(visit, refusal.verdict), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(f"{reverse('portal:open', args=[visit.token])}?done={typed.section}#section-{typed.section}")


def _taken_back(visit: Visit, verb: str) -> HttpResponseBase:
    number = verb.removeprefix("back-")
    try:
        if number.isascii() and number.isdigit() and len(number) < 19:
            actions.customer_takes_back(link=visit.link, remark_id=int(number), by=visit.by, now=visit.now)
    except Remark.DoesNotExist:
        pass  # another tab, or another's: there is nothing of it here
    except Refused as refusal:
        return _page(visit, _shared(visit), _typed(visit, refusal.verdict), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect("portal:open", visit.token)


def _typed(visit: Visit, verdict: Verdict = YES) -> Typed:
    """Whatever stands in his form. A section that isn't there is one about all of it."""
    said = visit.request.POST
    text = said.get("text", "").replace("\r\n", "\n").strip()
    return Typed(said.get("section", "") or WHOLE, text, tuple(sentences(verdict)))


def _page(visit: Visit, shared: Shared, typed: Typed | None = None, *, status: int = HTTPStatus.OK) -> HttpResponse:
    company, sending = accounts.company(), shared.sending
    typed = typed or Typed()
    place = typed.section if typed.section in shared.sections else WHOLE
    fresh = visit.request.GET.get("done", "")
    context: dict[str, Any] = {
        "company": company,
        "host": host_of(sending.opportunity.owner, company_phone=company.phone),
        "shared": shared,
        "sending": sending,
        "customer": sending.opportunity.customer,
        "link": visit.link,
        "token": visit.token,
        "is_preview": visit.is_preview,
        "chapters": _chapters(shared, typed, place=place, fresh=fresh),
        "whole": _whole(shared, typed, place=place, fresh=fresh),
        "problems": [(f"section-{place}", text) for text in typed.problems],
        "limit": REMARK_LIMIT,
    }
    return render(visit.request, "portal/proposal.html", context, status=status)


def _chapters(shared: Shared, typed: Typed, *, place: str, fresh: str) -> list[ChapterShown]:
    return [
        ChapterShown(
            f"{number:02d}",
            chapter.title,
            tuple(
                LeafShown(
                    key=leaf.key,
                    heading=leaf.title if len(chapter.leaves) > 1 or leaf.title != chapter.title else "",
                    body=drawn(leaf.parts),
                    said=shared.said.get(leaf.key, ()),
                    typed=typed.text if leaf.key == place else "",
                    problems=typed.problems if leaf.key == place else (),
                    is_fresh=leaf.key == fresh,
                )
                for leaf in chapter.leaves
            ),
        )
        for number, chapter in enumerate(shared.chapters, 1)
    ]


def _whole(shared: Shared, typed: Typed, *, place: str, fresh: str) -> LeafShown:
    is_here = place == WHOLE
    return LeafShown(
        key=WHOLE,
        heading="",
        body=SafeString(""),
        said=shared.said.get("", ()),
        typed=typed.text if is_here else "",
        problems=typed.problems if is_here else (),
        is_fresh=fresh == WHOLE,
    )
