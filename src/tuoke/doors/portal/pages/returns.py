"""投入产出 that a customer is sent (S6.3): he plays with the figures, sees at once what comes of it, and sends back what he
worked out. Without a script every try is a round trip; nothing is kept before he sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts import queries as accounts
from tuoke.base.kernel.verdict import YES, Reason, Refused, Verdict, no
from tuoke.doors.portal.leaves import drawn
from tuoke.doors.portal.visits import Visit, host_of
from tuoke.doors.portal.words import SENTENCES as COMMON
from tuoke.services.documents.rules import Part, Text
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.steps.negotiation.returns import actions, words
from tuoke.steps.negotiation.returns.charts import charts_of
from tuoke.steps.negotiation.returns.documents import customers_document, head_of, rivals_table
from tuoke.steps.negotiation.returns.models import Share
from tuoke.steps.negotiation.returns.queries import SharedCalculation, shared_calculation
from tuoke.steps.negotiation.returns.rules import Figures, SharedState, as_typed, marked, result_of, typed
from tuoke.steps.proposals.values.words import formula

PAPERS = ("docx", "pdf")
OVER = frozenset({"deal_closed", "contact_gone", "calculation_gone", "link_dead"})
"""Refusals after which there is nothing more to send through this link."""
SENTENCES: Mapping[str, StrOrPromise] = {
    "link_dead": gettext_lazy("这个链接刚刚失效，没有发出。请联系我们重新发送。"),
    "deal_closed": gettext_lazy("这个项目已经结束，不再需要测算。"),
    "contact_gone": gettext_lazy("这份测算不再由这个链接处理，请联系我们。"),
    "calculation_gone": gettext_lazy("这份测算已经收回，请联系我们要新的一份。"),
    "variants_too_many": gettext_lazy("您已经发给我们 %(most)s 份，请直接联系我们继续。"),
    "too_often": COMMON["too_often"],
    "preview_only": COMMON["preview_only"],
}
SPENDING = (
    ("investment", gettext_lazy("初期投入"), gettext_lazy("元")),
    ("one_off", gettext_lazy("其他一次性费用"), gettext_lazy("元")),
    ("running", gettext_lazy("每年运行费用"), gettext_lazy("元")),
    ("delay", gettext_lazy("几个月后见效"), gettext_lazy("个月")),
    ("years", gettext_lazy("算几年"), gettext_lazy("年")),
)
MEASURED = ("current", "expected", "unit_value", "times")
WORDS_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Cell:
    """One input as he sees it."""

    name: str
    label: str
    suffix: str
    value: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Line:
    """One saving with its inputs and what it comes to; empty while a figure of it is wrong."""

    name: str
    cells: tuple[Cell, ...]
    yearly: str


@dataclass(frozen=True, slots=True)
class Said:
    """The form as it stands: what he typed, what could be read, what is wrong, his words."""

    values: Mapping[str, str]
    figures: Figures
    verdict: Verdict
    name: str = ""
    note: str = ""


class ReturnsPage:
    def show(self, visit: Visit) -> HttpResponseBase:
        shared = _shared(visit)
        return _page(visit, shared, _fresh(shared)) if shared.is_open else _final(visit, shared)

    def answer(self, visit: Visit) -> HttpResponseBase:
        shared = _shared(visit)
        if not shared.is_open:
            return _final(visit, shared)
        said = _said(visit, shared)
        if visit.request.POST.get("do") != "send":
            return _page(visit, shared, said, status=_status(said.verdict))
        if visit.is_preview:
            return _page(visit, shared, said, no("preview_only"), status=HTTPStatus.FORBIDDEN)
        return _sent(visit, shared, said)

    def too_often(self, visit: Visit) -> HttpResponseBase:
        shared = _shared(visit)
        if not shared.is_open:
            return _final(visit, shared)
        return _page(visit, shared, _said(visit, shared), no("too_often"), status=HTTPStatus.TOO_MANY_REQUESTS)

    def download(self, visit: Visit, kind: str) -> HttpResponseBase:
        """What he was sent, or what he sent last, to take with him."""
        shared = _shared(visit)
        if kind not in PAPERS:
            raise Http404
        figures = shared.variants[0].figures if shared.variants else shared.figures
        if not shared.is_open or not figures.faults():
            return redirect("portal:open", visit.token)
        customer, target = shared.deal.customer.name, BytesIO()
        paper = customers_document(figures, result_of(figures), customer=customer, company=accounts.company().name)
        write_document(target, paper, kind=kind)
        target.seek(0)
        name = f"{_('投入产出测算')}-{customer}.{kind}"
        return FileResponse(target, as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])


def _shared(visit: Visit) -> SharedCalculation:
    try:
        return shared_calculation(visit.link)
    except Share.DoesNotExist:
        raise Http404 from None


def _fresh(shared: SharedCalculation) -> Said:
    """As it was sent; where he sent something back, as he left it."""
    figures = shared.variants[0].figures if shared.variants else shared.figures
    return Said(as_typed(figures), figures, YES)


def _said(visit: Visit, shared: SharedCalculation) -> Said:
    given = visit.request.POST.dict()
    read = typed({k: str(v) for k, v in given.items()}, base=shared.figures, is_ours=False)
    words_of = {name: str(given.get(name, ""))[:WORDS_LIMIT].replace("\r\n", "\n").strip() for name in ("name", "note")}
    return Said(read.values, read.figures, read.verdict, **words_of)


def _sent(visit: Visit, shared: SharedCalculation, said: Said) -> HttpResponseBase:
    if said.verdict.reasons:
        return _page(visit, shared, said, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        actions.customer_calculates(
            link=visit.link, figures=said.figures, name=said.name, note=said.note, by=visit.by, now=visit.now,
            where=visit.ip,
        )  # fmt: skip
    except Refused as refusal:
        if OVER & set(refusal.verdict.codes):
            return _final(visit, _shared(visit), refusal.verdict)
        return _page(visit, shared, said, refusal.verdict, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(f"{reverse('portal:open', args=[visit.token])}?done=sent")


def _page(
    visit: Visit, shared: SharedCalculation, said: Said, verdict: Verdict = YES, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    """The figures to be played with, and above them what they come to."""
    every = said.verdict & verdict
    wrong = {field: _sentence(reason) for field, reason in marked(every).items()}
    base = shared.figures
    context = {
        **_common(visit, shared),
        "spending": [
            Cell(name, str(label), str(unit), said.values.get(name, ""), wrong.get(name, ""))
            for name, label, unit in SPENDING
        ],
        "lines": _lines(base, said, wrong),
        "outcome": drawn(_outcome(said)) if not said.verdict.reasons else "",
        "problems": _problems(every, base),
        "said": said,
        "wrong": wrong,
        "variants": [(one, words.said_money(one.result.yearly), words.said_months(one.result.payback)) for one in shared.variants],
        "is_sent": visit.request.GET.get("done") == "sent" and not every.reasons,
        "is_tried": visit.request.method == "POST" and not every.reasons,
    }  # fmt: skip
    return render(visit.request, "portal/returns.html", context, status=status)


def _final(visit: Visit, shared: SharedCalculation, verdict: Verdict = YES) -> HttpResponse:
    """There is nothing to work out behind this link any more."""
    state = "dead" if "link_dead" in verdict.codes else shared.state.value
    context = {**_common(visit, shared), "state": state, "closed": SharedState.CLOSED.value}
    status = HTTPStatus.CONFLICT if visit.request.method == "POST" else HTTPStatus.OK
    return render(visit.request, "portal/returns_final.html", context, status=status)


def _common(visit: Visit, shared: SharedCalculation) -> dict[str, Any]:
    company = accounts.company()
    return {
        "company": company,
        "host": host_of(shared.deal.owner, company_phone=company.phone),
        "customer": shared.deal.customer,
        "share": shared.share,
        "link": visit.link,
        "token": visit.token,
        "is_preview": visit.is_preview,
    }


def _outcome(said: Said) -> list[Part]:
    if not said.figures.savings or said.figures.investment is None:
        return []
    result = result_of(said.figures)
    parts: list[Part] = [head_of(said.figures, result), *charts_of(said.figures, result)]
    if result.rivals:
        parts.append(rivals_table(said.figures, result))
    parts.append(Text(formula(years=said.figures.years, delay=said.figures.delay), quiet=True))
    return parts


def _lines(base: Figures, said: Said, wrong: Mapping[str, str]) -> list[Line]:
    lines = []
    for place, saving in enumerate(base.savings):
        now = said.figures.savings[place]
        units = {"current": saving.unit, "expected": saving.unit, "unit_value": _("元"), "amount": _("元")}
        cells = tuple(
            Cell(f"{name}-{place}", str(words.FIELDS[name]), units.get(name, ""), said.values.get(f"{name}-{place}", ""),
                 wrong.get(f"{name}-{place}", ""))
            for name in (MEASURED if saving.is_measured else ("amount",))
        )  # fmt: skip
        is_sound = not any(cell.wrong for cell in cells)
        lines.append(Line(saving.name, cells, words.said_money(now.yearly) if is_sound else ""))
    return lines


def _problems(verdict: Verdict, base: Figures) -> list[tuple[str, str]]:
    """(field, what is wrong) with the field's name."""
    found = []
    for reason in verdict.reasons:
        field = str(reason.params.get("field", ""))
        name, said = words.field_name(field, base) if field else "", _sentence(reason)
        found.append((field, _("%(name)s：%(said)s") % {"name": name, "said": said} if name else said))
    return list(dict.fromkeys(found))


def _sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    return words.sentence(reason) if said is None else str(said) % reason.params


def _status(verdict: Verdict) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if verdict.reasons else HTTPStatus.OK
