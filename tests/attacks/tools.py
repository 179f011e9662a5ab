"""What the attacks share: the addresses with their arguments, a fingerprint of the database, what a browser would send."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.architecture.test_views import ROUTES
from tests.journeys.walking import values_of
from tuoke.base.records.models import Event
from tuoke.services.links.queries import address_of
from tuoke.steps.discovery.actions import send_list
from tuoke.steps.discovery.rules import SendDraft

HTMX = {"HX-Request": "true"}
SESSIONS = {"django_session", "accounts_cache"}  # what logging in and looking around may write
ALONE = {"account_logout"}  # would end the session that the other requests need


# Addresses


def address(name: str, world: Any) -> str:
    """Where ``name`` is; "name variant" is the same form about something else (``VARIANTS``)."""
    plain_name = name.split()[0]
    arguments = world.arguments(plain_name, ROUTES[plain_name]) | VARIANTS.get(name, no_more)(world)
    return reverse(plain_name, kwargs=arguments) + world.queries.get(plain_name, "")


def addresses(world: Any) -> dict[str, str]:
    """Every address of the house about the records of ``world``."""
    return {name: address(name, world) for name in ROUTES if name not in ALONE}


PAGES_OF_EXPORTS = {"leads:export_file", "leads:export_download", "leads:export_again"}
"""About files that are written in the background; the one in this world isn't."""
TOLD_IN_HISTORY = {"leads:export", "calendar:feed"}
"""Reads that leave a line: who took data out of the house, when a calendar was fetched last."""


def crawled(world: Any) -> dict[str, str]:
    """``addresses`` and every older page of the timelines."""
    found = addresses(world)
    ids = sorted(Event.objects.values_list("pk", flat=True))
    for name in [name for name in found if name.endswith(":timeline")]:
        found |= {f"{name} before {pk}": f"{found[name].split('?')[0]}?before={pk}" for pk in ids[::15]}
    return found


def a_client(user: Any, **more: Any) -> Client:
    client = Client(raise_request_exception=False, **more)
    client.force_login(user)
    return client


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens inside never happened: every request meets the same world, also after a database error."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def failure(answer: Any) -> str:
    """Why a request ended with 500."""
    return repr(answer.exc_info[1])[:200] if getattr(answer, "exc_info", None) else ""


# Answers


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def said_by(answer: Any) -> str:
    """Everything that an answer tells: headers, cookies and body; a workbook with all its parts unpacked."""
    headers = "\n".join(f"{name}: {unquote(value)}" for name, value in answer.items())
    cookies = "\n".join(morsel.OutputString() for morsel in answer.cookies.values())
    return "\n".join([headers, cookies, *parts_of(content_of(answer))])


def parts_of(body: bytes) -> list[str]:
    if not body.startswith(b"PK\x03\x04"):
        return [body.decode("utf-8", "replace")]
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return [book.read(name).decode("utf-8", "replace") for name in book.namelist()]


def sent_anew(world: Any, *, message: str, now: Any) -> str:
    """The list is sent once more, with the texts that its needs have now; where the customer opens it."""
    day = timezone.localdate(now) + timedelta(days=7)
    draft = SendDraft(contact_id=world.contact.pk, expires_on=day, message=message)
    return address_of(send_list(deal=world.deal, draft=draft, by=world.people.by("rep"), now=now).link)


# The database


def fingerprints(*, without: set[str] | frozenset[str] = frozenset()) -> dict[str, str]:
    """One hash for every table, of all its rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table in SESSIONS or table in without or table.startswith("search_gram"):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = sorted(repr(tuple(map(_plain, row))) for row in cursor.fetchall())
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


@contextmanager
def unchanged(what: str) -> Iterator[None]:
    before = fingerprints()
    yield
    after = fingerprints()
    changed = {table for table in after if after[table] != before.get(table)}
    assert changed == set(), f"{what} changed {sorted(changed)}"


def row_of(record: Any) -> dict[str, Any]:
    """The stored row, column by column."""
    return type(record)._base_manager.filter(pk=record.pk).values().get()


# Forms


def no_more(world: Any) -> dict[str, Any]:
    return {}


VARIANTS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "outreach:add event": lambda world: {"sort": "event", "kind": "customer", "pk": world.customer.pk},
    "outreach:add concern": lambda world: {"sort": "concern", "kind": "lead", "pk": world.lead.pk},
    "outreach:add profile": lambda world: {"sort": "profile", "kind": "contact", "pk": world.contact.pk},
    **{f"library:new {kind}": lambda world, kind=kind: {"kind": kind} for kind in ("mail", "case", "question", "phrase", "opening")},
}  # fmt: skip


def typed(client: Client, path: str, /, **changes: Any) -> dict[str, Any]:
    """The form of a page as a browser would send it, with some fields changed; ``None`` leaves a field out."""
    form = client.get(path).context["form"]
    sent = {name: (value() if callable(value) else value) for name, value in values_of(form).items()}
    sent |= {form[name].html_name if name in form.fields else name: value for name, value in changes.items()}
    return {name: value for name, value in sent.items() if value is not None}


def days(number: int) -> str:
    return (timezone.localdate() + timedelta(days=number)).isoformat()


Sent = Callable[[Client, Any], dict[str, Any]]


def lead(**more: Any) -> Sent:
    return lambda client, world: typed(client, "/leads/new/", company="长风精密有限公司", phone="13912345678", **more)


def at(name: str, /, **changes: Any) -> Sent:
    """The form at an address, filled as it comes, with these changes."""
    return lambda client, world: typed(client, address(name, world), **changes)


def plain(**data: Any) -> Sent:
    return lambda client, world: data


NEXT = {"next_title": "发资料", "next_pick": "other"}
CALL = {
    "outcome": "progress",
    "channel": "phone",
    "seconds": "960",
    "pains": "对账慢",
    "person_position": "财务总监",
    "next_title": "核对",
    "next_time": "14:00",
}


def soon(name: str, *on: str, **changes: Any) -> Sent:
    """``at`` with a day of next week in the fields ``on``."""
    return lambda client, world: typed(client, address(name, world), **changes, **dict.fromkeys(on, days(6)))


ROOMS: dict[str, tuple[str, Sent]] = {
    "outreach:add event": ("rep", at("outreach:add event", kind="funding", title="完成 B 轮融资")),
    "outreach:add concern": ("rep", at("outreach:add concern", text="怕上线拖")),
    "outreach:add profile": ("rep", at("outreach:add profile", kind="linkedin", link="https://example.com/in/wang")),
    "outreach:edit": ("rep", at("outreach:edit")),
    "calls:lead": ("rep", soon("calls:lead", "next_on", **CALL)),
    "calls:customer": ("rep", soon("calls:customer", "next_on", **CALL)),
    "calls:deal": ("rep", soon("calls:deal", "next_on", **CALL, note="只说了两分钟")),
    "mails:write": (
        "rep",
        lambda client, world: typed(
            client, address("mails:write", world), to=[world.contact.pk], subject="资料", text="王经理：见附件。",
            outcome="progress", next_due_on=days(6), **NEXT,
        ),
    ),
    "library:new": ("team_lead", at("library:new", title="先问后说", who="我是王芳", what="少对四天账", learn="怎么对账")),
    "library:new mail": ("team_lead", at("library:new mail", title="谢谢", subject="谢谢〔称呼〕", body="附件是资料。")),
    "library:new case": (
        "team_lead",
        at("library:new case", title="减少返工", customer="某厂", situation="返工多", action="巡检", result="少了"),
    ),
    "library:new question": ("team_lead", at("library:new question", text="怎么排产？", dimension="status")),
    "library:new phrase": ("team_lead", at("library:new phrase", text="靠 Excel", field="status")),
    "library:new opening": ("team_lead", at("library:new opening", title="融资", text="恭喜〔客户名称〕")),
    "library:variant": ("team_lead", at("library:variant", title="换一种说法", what="两天对完账")),
    "library:edit": (
        "team_lead", lambda client, world: typed(client, address("library:edit", world), version=1, note="改得短些")
    ),
    "library:care": (
        "team_lead", lambda client, world: typed(client, address("library:care", world), version=1, review_by=days(90))
    ),
    "discovery:send": ("rep", at("discovery:send", message="请您过目", kinds=["rigid"])),
    "discovery:resend": ("rep", at("discovery:resend")),
    "discovery:answer": ("rep", at("discovery:answer", text="好的，先做这个")),
    "discovery:take": ("rep", at("discovery:take", kind="rigid", priority="high")),
    "interviews:new": ("rep", soon("interviews:new", "on", title="生产总监访谈", at="14:00")),
    "interviews:edit": (
        "rep", lambda client, world: typed(client, address("interviews:edit", world), title="改期了", version=1)
    ),
    "interviews:add_question": ("rep", at("interviews:add_question", dimension="pain", text="哪里最慢？", probes="多慢？")),
    "interviews:edit_question": (
        "rep",
        lambda client, world: typed(client, address("interviews:edit_question", world), text="怎么对账的？", version=1),
    ),
    "interviews:answer": ("rep", plain(text="月底对三天", slot="1", base="0", writer="w1", own_words="on")),
    "interviews:correct": ("rep", at("interviews:correct", text="其实是四张表")),
    "interviews:take_need": ("rep", at("interviews:take_need", kind="rigid", priority="high", description="统一对账")),
    "interviews:finish": (
        "rep",
        soon("interviews:finish", "next_due_on", outcome="progress", minutes="50", summary="谈了现状", **NEXT),
    ),
    "decisions:add_person": ("rep", at("decisions:add_person", name="李总", role="decider", influence="high")),
    "decisions:person": ("rep", at("decisions:person", attitude="supports", note="愿意试")),
    "decisions:criterion_add": ("rep", at("decisions:criterion_add", text="服务好", weight="30", note="三个月内")),
    "decisions:criterion_edit": ("rep", at("decisions:criterion_edit", text="上线要快")),
    "decisions:process": ("rep", at("decisions:process", tender="yes", rounds="2", note="年底前定")),
    "deals:share_credit": (
        "rep",
        lambda client, world: typed(
            client, address("deals:share_credit", world), user=world.people.teammate.pk, share="30", duty="方案",
            starts_on=days(0), ends_on=days(60),
        ),
    ),
}  # fmt: skip
"""The rooms of the first contact and of the talks."""

FILLED: dict[str, tuple[str, Sent]] = {
    "leads:new": ("rep", at("leads:new", company="长风精密有限公司", phone="13912345678")),
    "leads:edit": ("rep", at("leads:edit")),
    "leads:assign": ("team_lead", lambda client, world: {"owner": world.people.teammate.pk}),
    "leads:discard": ("rep", plain(reason="空号")),
    "leads:return": ("rep", plain(reason="时间不够")),
    "leads:convert": ("team_lead", lambda client, world: _converting(client, world)),
    "customers:new": ("rep", at("customers:new", name="长风精密有限公司")),
    "customers:edit": ("rep", at("customers:edit")),
    "customers:transfer": ("team_lead", lambda client, world: {"owner": world.people.teammate.pk}),
    "customers:add_contact": ("rep", plain(name="李工")),
    "customers:edit_contact": ("rep", at("customers:edit_contact")),
    "deals:new": ("rep", at("deals:new", name="新商机")),
    "deals:edit": ("rep", lambda client, world: typed(client, address("deals:edit", world), version=_version(world))),
    "deals:transfer": ("team_lead", lambda client, world: {"owner": world.people.teammate.pk}),
    "deals:join": ("rep", lambda client, world: {"user": world.people.auditor.pk, "duty": "看数字"}),
    "deals:pause": ("rep", lambda client, world: {"until": days(9), "reason": "等预算"}),
    "deals:lost": ("rep", at("deals:lost", cause="价格", detail="贵")),
    "deals:void": ("rep", at("deals:void", cause="重复录入", detail="两遍")),
    "followups:new": (
        "rep",
        lambda client, world: typed(
            client,
            address("followups:new", world),
            outcome="progress",
            channels=["phone"],
            summary="谈了预算",
            at=timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
            next_title="发资料",
            next_pick="other",
            next_due_on=days(3),
        ),
    ),
    "followups:plan": ("rep", at("followups:plan", next_title="发资料", next_pick="other", next_due_on=days(3))),
    "followups:edit": ("rep", at("followups:edit", next_title="改一下", next_due_on=days(5))),
    "followups:finish": ("rep", at("followups:finish", outcome="internal", summary="办好了")),
    "discovery:add": ("rep", plain(kind="rigid", description="统一报表", priority="high")),
    "discovery:edit": ("rep", at("discovery:edit")),
    "targeting:campaign_new": ("process_owner", at("targeting:campaign_new", name="明年一季度")),
    "targeting:campaign_edit": (
        "process_owner",
        lambda client, world: typed(client, address("targeting:campaign_edit", world), version=world.campaign.version),
    ),
    "targeting:profile_new": (
        "process_owner",
        lambda client, world: typed(client, "/targeting/profiles/new/", name="另一张画像", **PAINS),
    ),
    "targeting:profile_edit": (
        "process_owner",
        lambda client, world: typed(
            client, address("targeting:profile_edit", world), version=world.profile.version, stage="confirm", **PAINS
        ),
    ),
    **ROOMS,
}
"""For every form that keeps something: who sends it, and what is accepted."""

PAINS = {"pains-TOTAL_FORMS": "1", "pains-INITIAL_FORMS": "0", "pains-0-text": "数据分散", "pains-0-urgency": "high"}


def _converting(client: Client, world: Any) -> dict[str, Any]:
    """A manager lets a lead through that isn't ripe."""
    path = address("leads:convert", world)
    unmet = client.get(path).context["waivable"]
    return typed(client, path, name="数据整合二期") | {f"waive-{c.key}": "先谈起来" for c, _reason in unmet}


def _version(world: Any) -> int:
    world.deal.refresh_from_db()
    return int(world.deal.version)
