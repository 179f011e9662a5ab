"""The contract that a customer is asked to confirm (S7.1): its clauses in plain layout, each agreed to or asked to be changed
in his own words; all that are left in one press. Without a script every press is a round trip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts import queries as accounts
from tuoke.base.kernel.verdict import YES, Reason, Refused, Verdict, no
from tuoke.doors.portal.leaves import lines
from tuoke.doors.portal.visits import Visit, host_of
from tuoke.doors.portal.words import SENTENCES as COMMON
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.steps.contracts.confirmations import actions
from tuoke.steps.contracts.confirmations.models import Invitation
from tuoke.steps.contracts.confirmations.queries import SharedContract, shared_contract
from tuoke.steps.contracts.confirmations.rules import (
    COMMENT_LIMIT,
    NAME_LIMIT,
    WORDING_LIMIT,
    Answer,
    ClauseStand,
    Said,
)
from tuoke.steps.contracts.documents import contract_document
from tuoke.steps.contracts.rules import Kind
from tuoke.steps.contracts.words import changes_said

OVER = frozenset({"deal_closed", "contract_signed", "contract_ended", "contact_gone", "link_dead"})
"""Refusals after which there is nothing more to say through this link."""
SENTENCES: dict[str, StrOrPromise] = {
    "comment_missing": gettext_lazy("请写下要改成什么样，或为什么要改。"),
    "too_long": COMMON["too_long"],
    "text_broken": COMMON["text_broken"],
    "version_superseded": gettext_lazy("合同刚刚更新了，请按下面现在的内容再确认。"),
    "clause_unknown": gettext_lazy("合同和您看到的不一样了，请刷新页面后再试。"),
    "answers_too_many": gettext_lazy("通过这个链接的答复已有 %(most)s 条，请直接联系我们。"),
    "too_often": COMMON["too_often"],
    "preview_only": COMMON["preview_only"],
}
WHOLE = "all"
PAPERS = ("docx", "pdf")


@dataclass(frozen=True, slots=True)
class Typed:
    """What he sent: about which clause, his words, what is wrong with them."""

    place: str = ""
    comment: str = ""
    wording: str = ""
    name: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClauseShown:
    """A clause as he reads it; ``own`` is what he said last, ``others`` what his colleagues said."""

    row: ClauseStand
    text: SafeString
    own: Said | None
    others: tuple[Said, ...]
    typed: Typed | None = None
    is_fresh: bool = False

    @property
    def key(self) -> int:
        return self.row.clause.clause_id

    @property
    def agrees(self) -> bool:
        return self.own is not None and self.own.answer is Answer.AGREED

    @property
    def wants_change(self) -> bool:
        return self.own is not None and self.own.answer is Answer.CHANGE

    @property
    def was_changed(self) -> bool:
        return self.own is None and self.row.theirs.stand.value == "changed"

    @property
    def was_reworked(self) -> bool:
        """His side asked for a change, and the words have been changed since."""
        return self.own is None and self.row.theirs.was_asked


class ContractPage:
    def show(self, visit: Visit) -> HttpResponseBase:
        return _page(visit, _shared(visit))

    def answer(self, visit: Visit) -> HttpResponseBase:
        shared, typed = _shared(visit), _typed(visit)
        if visit.is_preview:
            return _page(visit, shared, typed, no("preview_only"), status=HTTPStatus.FORBIDDEN)
        if not shared.is_open:
            return _page(visit, shared, typed, status=HTTPStatus.CONFLICT)
        try:
            place = _kept(visit, typed)
        except Refused as refusal:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            if {"version_superseded", *OVER} & set(refusal.verdict.codes):
                status = HTTPStatus.CONFLICT
            return _page(visit, _shared(visit), typed, refusal.verdict, status=status)
        return redirect(f"{reverse('portal:open', args=[visit.token])}?done={place}#clause-{place}")

    def too_often(self, visit: Visit) -> HttpResponseBase:
        return _page(visit, _shared(visit), _typed(visit), no("too_often"), status=HTTPStatus.TOO_MANY_REQUESTS)

    def download(self, visit: Visit, kind: str) -> HttpResponseBase:
        """The version as he reads it, on paper."""
        if kind not in PAPERS:
            raise Http404
        shared = _shared(visit)
        if not shared.shows_text:
            return redirect("portal:open", visit.token)
        target = BytesIO()
        write_document(target, contract_document(shared.version), kind=kind)
        target.seek(0)
        name = f"{shared.frozen.number}-v{shared.version.number}.{kind}"
        return FileResponse(target, as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])


def _shared(visit: Visit) -> SharedContract:
    try:
        return shared_contract(visit.link)
    except Invitation.DoesNotExist:
        raise Http404 from None


def _typed(visit: Visit) -> Typed:
    said = visit.request.POST
    place = said.get("do", "").partition("-")[2] or WHOLE
    clean = {name: said.get(name, "").replace("\r\n", "\n").strip() for name in ("comment", "wording", "name")}
    return Typed(place[:20], clean["comment"], clean["wording"], clean["name"])


def _kept(visit: Visit, typed: Typed) -> str:
    """Carry out what he pressed; the clause it was about, or ``all``."""
    verb, _dash, key = visit.request.POST.get("do", "").partition("-")
    version, clause = _number(visit.request.POST.get("version", "")), _number(key)
    common: dict[str, Any] = {"link": visit.link, "version_id": version, "by": visit.by, "now": visit.now}
    if verb == WHOLE:
        actions.customer_agrees(clause_ids=None, name=typed.name, where=visit.ip, **common)
        return WHOLE
    if verb == "agree":
        actions.customer_agrees(clause_ids=[clause], where=visit.ip, **common)
    elif verb == "change":
        actions.customer_wants_change(
            clause_id=clause, comment=typed.comment, wording=typed.wording, where=visit.ip, **common
        )
    elif verb == "back":
        actions.customer_takes_back(clause_id=clause, **common)
    else:
        raise Refused(no("clause_unknown"))
    return str(clause)


def _page(
    visit: Visit, shared: SharedContract, typed: Typed | None = None, verdict: Verdict = YES, *, status: int = 200
) -> HttpResponse:
    company, frozen = accounts.company(), shared.frozen
    problems = tuple(dict.fromkeys(_sentence(reason) for reason in verdict.reasons if reason.code not in OVER))
    typed = typed or Typed()
    clauses = _clauses(shared, typed, problems, fresh=visit.request.GET.get("done", ""))
    is_open = shared.is_open and "link_dead" not in verdict.codes
    context: dict[str, Any] = {
        "company": company,
        "host": host_of(shared.deal.owner, company_phone=company.phone),
        "customer": shared.deal.customer,
        "shared": shared,
        "sent": shared.invitation,
        "frozen": frozen,
        "facts": _facts(shared),
        "clauses": clauses,
        "is_open": is_open,
        "state": "dead" if "link_dead" in verdict.codes else shared.state.value,
        "shows_text": shared.shows_text,
        "left": sum(not one.agrees and not one.wants_change for one in clauses),
        "changes": sum(one.wants_change for one in clauses),
        "problems": [(f"clause-{typed.place}", text) for text in problems],
        "lost": [] if is_open else [text for text in (typed.comment, typed.wording) if text],
        "typed": typed,
        "limits": {"comment": COMMENT_LIMIT, "wording": WORDING_LIMIT, "name": NAME_LIMIT},
        "is_fresh": visit.request.GET.get("done") == WHOLE,
        "link": visit.link,
        "token": visit.token,
        "is_preview": visit.is_preview,
    }
    return render(visit.request, "portal/contract.html", context, status=status)


def _clauses(shared: SharedContract, typed: Typed, problems: tuple[str, ...], *, fresh: str) -> list[ClauseShown]:
    me = shared.invitation.contact_id
    shown = []
    for row in shared.rows:
        key = str(row.clause.clause_id)
        said = row.theirs.said
        is_here = key == typed.place
        shown.append(
            ClauseShown(
                row=row,
                text=lines(row.clause.text),
                own=next((one for one in said if one.person == me), None),
                others=tuple(one for one in said if one.person != me),
                typed=Typed(key, typed.comment, typed.wording, "", problems) if is_here else None,
                is_fresh=fresh == key,
            )
        )
    return shown


def _facts(shared: SharedContract) -> list[tuple[str, str]]:
    """What a contract says above its clauses; the parties as it names them."""
    frozen = shared.frozen
    is_amendment = frozen.kind == Kind.AMENDMENT
    found = [
        (_("合同编号"), frozen.number),
        (_("补充于"), frozen.main),
        (_("甲方"), frozen.their_party or frozen.customer),
        (_("乙方"), frozen.our_party),
        (_("金额变动") if is_amendment else _("合同金额"), _money(frozen.amount, frozen.tax_note)),
        *((label, _changed(before, after)) for label, before, after in changes_said(frozen.changes)),
        (_("期限"), _period(frozen.starts_on, frozen.ends_on)),
        (_("交付"), _delivery(frozen.delivery_days, frozen.delivery_on)),
        (_("甲方签字人"), frozen.their_signer),
        (_("乙方签字人"), frozen.our_signer),
    ]
    return [(str(name), said) for name, said in found if said]


def _changed(before: str, after: str) -> str:
    return _("原 %(before)s → 现 %(after)s") % {"before": before or "—", "after": after}


def _money(amount: str, note: str) -> str:
    if not amount:
        return ""
    said = _("%(amount)s 元") % {"amount": f"{Decimal(amount):,.2f}"}
    return f"{said}（{note}）" if note else said


def _period(start: str, end: str) -> str:
    return " — ".join(_day(day) for day in (start, end) if day)


def _delivery(days: int, on: str) -> str:
    if on:
        return _day(on)
    return _("%(days)s 天内") % {"days": days} if days else ""


def _day(iso: str) -> str:
    return date.fromisoformat(iso).isoformat()


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0


def _sentence(reason: Reason) -> str:
    return str(SENTENCES.get(reason.code, reason.code)) % reason.params
