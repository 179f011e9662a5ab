from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen, toast, wants_part
from tuoke.services.notifications.queries import mail_from, mail_is_on
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.queries import is_masked
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.hooks import cautions_of
from tuoke.spine.followups.models import NextAction, Subject
from tuoke.spine.followups.queries import party_name, possible_owners, waiting_of
from tuoke.spine.library.rules import MailContent
from tuoke.steps.outreach.mails import actions, queries
from tuoke.steps.outreach.mails.forms import LetterForm
from tuoke.steps.outreach.mails.places import kind_of, letter_url, person_url, place_of
from tuoke.steps.outreach.mails.rules import Recipient, WhyNot
from tuoke.steps.outreach.queries import facts_for

KINDS: dict[str, type[Lead] | type[Customer] | type[Opportunity]] = {
    "deal": Opportunity, "customer": Customer, "lead": Lead,
}  # fmt: skip
_RELATED = {
    "lead": ("customer", "owner", "source"),
    "customer": ("owner",),
    "deal": ("customer", "owner", "lead__source", "product"),
}


@dataclass(frozen=True)
class Desk:
    """What stands around a letter: its subject, whom it can go to, what is known."""

    who: Principal
    subject: Subject
    people: list[Recipient]
    keys: tuple[str, ...]

    @cached_property
    def person(self) -> Recipient | None:
        """Whom the words are filled for."""
        return queries.first_to_write_to(self.people, self.keys)

    @cached_property
    def contact(self) -> Contact | None:
        return queries.contact_of(self.person)

    @cached_property
    def facts(self) -> dict[str, str]:
        return facts_for(self.who, self.subject, contact=self.contact, today=timezone.localdate())

    @cached_property
    def colleagues(self) -> list[User]:
        return queries.colleagues_for(self.who)


@require_http_methods(["GET", "POST"])
@needs(Permission.FOLLOWUP_WRITE)
@once
def write(request: StaffRequest) -> HttpResponseBase:
    """写邮件 for ``?deal=``, ``?customer=`` or ``?lead=``. ``?to=`` are recipients, ``?template=`` the library's item that it
    begins with (region ``letter``), ``?action=`` the to-do that it answers."""
    subject = _subject(request)
    if _is_secret(request, subject):
        return _to_the_pool(request, subject)
    desk = _desk(request, subject)
    if request.method == "GET":
        return _drawn(request, desk, _form(request, desk, initial=_initial(request, desk)))
    form = _form(request, desk, data=request.POST)
    if not form.is_valid():
        return _drawn(request, desk, form, status=422)
    try:
        letter = actions.send_letter(subject=subject, draft=form.draft(), by=request.principal, now=timezone.now())
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return _drawn(request, desk, form, status=422)
    toast(request, _("邮件正在发出"), undo_url=reverse("notifications:cancel", args=[letter.mail_id]))
    return redirect(letter.follow_up.subject.get_absolute_url())


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def preview(request: StaffRequest) -> HttpResponseBase:
    """What would go out, word for word (region ``preview``); without a script the whole page with it."""
    subject = _subject(request)
    if _is_secret(request, subject):
        return _to_the_pool(request, subject)
    desk = _desk(request, subject)
    form = _form(request, desk, data=request.POST)
    form.is_valid()
    return _drawn(request, desk, form, region="preview")


@require_GET
@needs(Permission.FOLLOWUP_WRITE)
def start(request: StaffRequest, kind: str, pk: int) -> HttpResponseBase:
    """A verb on a record's page leads to the letter, also from a sheet."""
    visible: Any = KINDS[kind]._default_manager.all()
    place = letter_url(get_object_or_404(visible.visible_to(request.principal), pk=pk))
    return HttpResponse(headers={"HX-Redirect": place}) if wants_part(request) else redirect(place)


# Reading what was asked


def _subject(request: StaffRequest) -> Subject:
    for kind, model in KINDS.items():
        if value := request.GET.get(kind):
            visible: Any = model._default_manager.all()
            found = visible.visible_to(request.principal).select_related(*_RELATED[kind])
            subject: Subject = get_object_or_404(found, pk=_number(value))
            return subject
    raise Http404


def _is_secret(request: StaffRequest, subject: Subject) -> bool:
    """Whether whom to write to is masked in the pool (S2.6)."""
    return isinstance(subject, Lead) and is_masked(subject, who=request.principal)


def _to_the_pool(request: StaffRequest, subject: Subject) -> HttpResponseBase:
    messages.error(request, _("线索还在公海，请先领取再写邮件。"))
    place = subject.get_absolute_url()
    return HttpResponse(headers={"HX-Redirect": place}) if wants_part(request) else redirect(place)


def _number(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise Http404
    return int(said)


def _desk(request: StaffRequest, subject: Subject) -> Desk:
    given = request.POST if request.method == "POST" else request.GET
    return Desk(request.principal, subject, queries.recipients_of(subject), tuple(given.getlist("to")))


def _form(request: StaffRequest, desk: Desk, **more: Any) -> LetterForm:
    today = timezone.localdate()
    return LetterForm(
        today=today,
        people=desk.people,
        colleagues=desk.colleagues,
        owners=possible_owners(request.principal, desk.subject),
        owner_id=request.principal.user_id,
        waiting=waiting_of(desk.subject),
        meetings=queries.meetings_of(desk.subject, today=today),
        **more,
    )


def _initial(request: StaffRequest, desk: Desk) -> dict[str, Any]:
    able = [one.key for one in queries.chosen(desk.people, desk.keys) if one.why_not is None]
    if not able and desk.person and desk.person.why_not is None:
        able = [desk.person.key]
    initial: dict[str, Any] = {"to": able, "outcome": "progress", "filled_for": desk.person.key if desk.person else ""}
    if action := _asked_action(request, desk.subject):
        initial |= {"answers": action.pk, "invite": str(action.pk) if action.due_time else ""}
    version = (
        queries.template_named(request.principal, _number(asked)) if (asked := request.GET.get("template")) else None
    )
    if version and isinstance(content := version.parsed, MailContent):
        subject, text = queries.filled(content, desk.facts)
        initial |= {"subject": subject, "text": text, "template": version.pk}
    return initial


def _asked_action(request: StaffRequest, subject: Subject) -> NextAction | None:
    """The to-do of ``?action=``, as long as it waits and belongs here."""
    asked = request.GET.get("action")
    waiting = NextAction.objects.visible_to(request.principal, "write").waiting().about(subject)
    return waiting.filter(pk=_number(asked)).first() if asked else None


# Answering


def _drawn(
    request: StaffRequest, desk: Desk, form: LetterForm, *, status: int = 200, region: str = "letter"
) -> HttpResponse:
    subject, kind = desk.subject, kind_of(desk.subject)
    address = f"{reverse('mails:write')}?{kind}={subject.pk}"
    party = party_name(subject, who=request.principal)
    context = {
        "form": form,
        "subject": subject,
        "name": f"{party} · {subject.name}" if isinstance(subject, Opportunity) else party,
        "kind": kind,
        "address": address,
        "preview_url": f"{reverse('mails:preview')}?{kind}={subject.pk}",
        "people": [(one, person_url(subject, one), one.key in _values(form)) for one in desk.people],
        "nobody": not any(one.why_not is None for one in desk.people),
        "cautions": cautions_of(subject, timezone.localdate()),
        "LEFT_ALONE": WhyNot.LEFT_ALONE,
        "is_on": mail_is_on(),
        "from": mail_from(),
        "me": request.user,
        **_preview(desk, form),
    }
    if region == "letter" and not wants_part(request):
        context["templates"] = queries.templates_for(desk.who, subject, desk.contact, desk.facts)
        context["again"] = "".join(f"&to={key}" for key in _values(form))
    return screen(request, "mails/write.html", context, region=region, status=status)


def _preview(desk: Desk, form: LetterForm) -> dict[str, Any]:
    """The letter as it stands in the form, filled or not."""
    if form.is_bound:
        draft = form.draft()
    else:
        bound = {name: form.initial.get(name) for name in ("to", "subject", "text")}
        form.cleaned_data = {name: value or "" for name, value in bound.items()}
        draft = form.draft()
    letter = queries.outgoing(draft, people=desk.people, cc=desk.colleagues, facts=desk.facts)
    missing = [(name, place_of(name, subject=desk.subject, person=desk.person)) for name in letter.missing]
    meant = next((one for one in desk.people if one.key == (form["filled_for"].value() or "")), None)
    first = letter.to[0] if letter.to else None
    return {
        "letter": letter,
        "missing": missing,
        "invited": bool(draft.invite),
        "meant_for": meant if draft.template_id and meant and first and meant.key != first.key else None,
    }


def _values(form: LetterForm) -> list[str]:
    return [str(value) for value in form["to"].value() or ()]
