"""The first delivery that a customer is asked to accept (S7.3): item by item against its criteria, how it was from 1 to 10,
what isn't as it should be, and whether what we call solved is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts import queries as accounts
from tuoke.base.kernel.verdict import YES, Conflict, Reason, Refused, Verdict, no
from tuoke.doors.portal.visits import Visit, host_of
from tuoke.doors.portal.words import SENTENCES as COMMON
from tuoke.steps.contracts.deliveries import actions
from tuoke.steps.contracts.deliveries.models import Issue, Share
from tuoke.steps.contracts.deliveries.queries import ItemShown, SharedDelivery, shared_delivery
from tuoke.steps.contracts.deliveries.rules import NAME_LIMIT, SCORE_LEAST, SCORE_MOST, Answer, ItemAnswer

OVER = frozenset({"deal_closed", "contact_gone", "link_dead"})
"""Refusals after which there is nothing more to say through this link."""
WORDS_LIMIT = 4000
SENTENCES: Mapping[str, StrOrPromise] = {
    "link_dead": COMMON["link_dead"],
    "deal_closed": _("这个项目已经结束，不再需要验收。"),
    "contact_gone": _("这次验收不再由这个链接处理，请联系我们。"),
    "nothing_answered": _("请先选一项：通过、有条件通过，或不通过。"),
    "item_gone": _("交付清单刚刚有变化，下面是现在的内容，请再看一遍。"),
    "item_changed": _("“%(title)s”的验收标准刚刚改过，下面是现在的内容，请再看一遍再提交。"),
    "not_delivered": _("有一项还没有交付，请等我们交付后再验收。"),
    "already_accepted": _("这一项已经验收过了。"),
    "note_missing": _("请写一句原因，我们照着它去改。"),
    "name_missing": _("请填写您的姓名。"),
    "title_missing": _("请写一句是什么问题。"),
    "score_missing": _("请选 1 到 10 分。"),
    "score_out_of_range": _("请选 1 到 10 分。"),
    "nothing_delivered": _("还没有交付，交付后再请您评分。"),
    "too_many_issues": _("您已经报了 %(most)s 个问题，请直接联系我们。"),
    "issue_closed": _("这个问题已经关闭。"),
    "issue_not_solved": _("这个问题我们还在处理，解决后会请您确认。"),
    "too_long": COMMON["too_long"],
    "text_broken": COMMON["text_broken"],
    "too_often": COMMON["too_often"],
    "preview_only": COMMON["preview_only"],
}


@dataclass(frozen=True, slots=True)
class Card:
    """One item that waits for his word, with what he has typed to it."""

    shown: ItemShown
    answer: str = ""
    note: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What he sent: the form it came with, its fields, what is wrong with it."""

    form: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    verdict: Verdict = YES

    def of(self, form: str, name: str, default: str = "") -> str:
        return self.given.get(name, "") if self.form == form else default


class DeliveryPage:
    def show(self, visit: Visit) -> HttpResponseBase:
        shared = _shared(visit)
        return _page(visit, shared, Typed()) if shared.is_open else _final(visit, shared)

    def answer(self, visit: Visit) -> HttpResponseBase:
        shared, typed = _shared(visit), _typed(visit)
        if not shared.is_open:
            return _final(visit, shared)
        if visit.is_preview:
            return _page(visit, shared, _but(typed, no("preview_only")), status=HTTPStatus.FORBIDDEN)
        verb = _VERBS.get(typed.form)
        if verb is None:
            return redirect("portal:open", visit.token)
        try:
            verb(visit, shared, typed)
        except Conflict as conflict:
            verdict = no("item_changed", title=str(conflict.current))
            return _page(visit, _shared(visit), _but(typed, verdict), status=HTTPStatus.CONFLICT)
        except Issue.DoesNotExist:
            return redirect("portal:open", visit.token)
        except Refused as refusal:
            if OVER & set(refusal.verdict.codes):
                return _final(visit, _shared(visit), refusal.verdict)
            return _page(visit, _shared(visit), _but(typed, refusal.verdict), status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return redirect(f"{reverse('portal:open', args=[visit.token])}?done={typed.form}")

    def too_often(self, visit: Visit) -> HttpResponseBase:
        shared, typed = _shared(visit), _but(_typed(visit), no("too_often"))
        if not shared.is_open:
            return _final(visit, shared)
        return _page(visit, shared, typed, status=HTTPStatus.TOO_MANY_REQUESTS)

    def download(self, visit: Visit, kind: str) -> HttpResponseBase:
        raise Http404


def _shared(visit: Visit) -> SharedDelivery:
    try:
        return shared_delivery(visit.link, today=timezone.localdate(visit.now))
    except Share.DoesNotExist:
        raise Http404 from None


def _typed(visit: Visit) -> Typed:
    given = {name: str(value)[:WORDS_LIMIT] for name, value in visit.request.POST.items()}
    form, _dash, aim = given.get("do", "").partition("-")
    return Typed(form, given | {"aim": aim})


def _but(typed: Typed, verdict: Verdict) -> Typed:
    return Typed(typed.form, typed.given, verdict)


def _accept(visit: Visit, shared: SharedDelivery, typed: Typed) -> None:
    """``all``: everything that waits is accepted, whatever else was chosen."""
    answers = []
    for one in shared.waiting:
        key = one.item.pk
        said = Answer.ACCEPTED.value if typed.given.get("aim") == "all" else typed.given.get(f"answer-{key}", "")
        if said in set(Answer):
            note = "" if typed.given.get("aim") == "all" else typed.given.get(f"note-{key}", "")
            answers.append(ItemAnswer(key, typed.given.get(f"seal-{key}", ""), Answer(said), note))
    actions.customer_answers(
        link=visit.link, answers=answers, name=typed.given.get("name", ""), by=visit.by, now=visit.now
    )


def _score(visit: Visit, shared: SharedDelivery, typed: Typed) -> None:
    given = typed.given.get("score", "")
    score = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else None
    comment, name = typed.given.get("comment", ""), typed.given.get("name", "")
    actions.customer_scores(link=visit.link, score=score, comment=comment, name=name, by=visit.by, now=visit.now)


def _report(visit: Visit, shared: SharedDelivery, typed: Typed) -> None:
    item = typed.given.get("item", "")
    actions.customer_reports(
        link=visit.link,
        title=typed.given.get("title", ""),
        note=typed.given.get("note", ""),
        item_id=_number(item),
        name=typed.given.get("name", ""),
        by=visit.by,
        now=visit.now,
    )


def _settle(visit: Visit, shared: SharedDelivery, typed: Typed, *, is_gone: bool) -> None:
    actions.customer_settles(
        link=visit.link,
        issue_id=_number(typed.given.get("aim", "")) or 0,
        is_gone=is_gone,
        note=typed.given.get("why", ""),
        name=shared.share.recipient,
        by=visit.by,
        now=visit.now,
    )


def _gone(visit: Visit, shared: SharedDelivery, typed: Typed) -> None:
    _settle(visit, shared, typed, is_gone=True)


def _still(visit: Visit, shared: SharedDelivery, typed: Typed) -> None:
    _settle(visit, shared, typed, is_gone=False)


_VERBS: Mapping[str, Callable[[Visit, SharedDelivery, Typed], None]] = {
    "accept": _accept, "score": _score, "report": _report, "gone": _gone, "still": _still,
}  # fmt: skip


def _page(visit: Visit, shared: SharedDelivery, typed: Typed, *, status: int = HTTPStatus.OK) -> HttpResponse:
    wrong = {str(one.params.get("field", "")): _sentence(one) for one in typed.verdict.reasons}
    if typed.form == "still":
        wrong["why"] = wrong.pop("note", "")
    name = shared.share.recipient
    context = {
        **_common(visit, shared),
        "waiting": [_card(one, typed, wrong) for one in shared.waiting],
        "others": [one for one in shared.items if one not in shared.waiting],
        "answers": [(answer.value, said) for answer, said in ANSWER_WORDS.items()],
        "scores": [str(score) for score in range(SCORE_LEAST, SCORE_MOST + 1)],
        "wrong": wrong,
        "problems": list(dict.fromkeys(_sentence(one) for one in typed.verdict.reasons)),
        "form": typed.form,
        "typed": {key: typed.given.get(key, "") for key in ("title", "note", "item", "comment", "score", "why", "aim")}
        if typed.form
        else {},
        "names": {form: typed.of(form, "name", name) for form in ("accept", "score", "report")},
        "done": visit.request.GET.get("done", "") if not typed.verdict.reasons else "",
        "name_limit": NAME_LIMIT,
    }
    return render(visit.request, "portal/delivery.html", context, status=status)


def _card(shown: ItemShown, typed: Typed, wrong: Mapping[str, str]) -> Card:
    key = shown.item.pk
    answer, note = typed.of("accept", f"answer-{key}"), typed.of("accept", f"note-{key}")
    return Card(shown, answer, note, wrong.get(f"note-{key}", ""))


def _final(visit: Visit, shared: SharedDelivery, verdict: Verdict = YES) -> HttpResponse:
    """Nothing is accepted through this link any more."""
    state = "dead" if "link_dead" in verdict.codes else shared.state.value
    status = HTTPStatus.CONFLICT if visit.request.method == "POST" else HTTPStatus.OK
    return render(visit.request, "portal/delivery_final.html", _common(visit, shared) | {"state": state}, status=status)


def _common(visit: Visit, shared: SharedDelivery) -> dict[str, Any]:
    company = accounts.company()
    return {
        "company": company,
        "host": host_of(shared.deal.owner, company_phone=company.phone),
        "customer": shared.deal.customer,
        "shared": shared,
        "share": shared.share,
        "link": visit.link,
        "token": visit.token,
        "is_preview": visit.is_preview,
        "today": timezone.localdate(visit.now),
    }


def _sentence(reason: Reason) -> str:
    return str(SENTENCES.get(reason.code, reason.code)) % {"limit": "", "length": "", **reason.params}


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


ANSWER_WORDS: Mapping[Answer, StrOrPromise] = {
    Answer.ACCEPTED: _("通过"),
    Answer.CONDITIONAL: _("有条件通过"),
    Answer.REJECTED: _("不通过"),
}
