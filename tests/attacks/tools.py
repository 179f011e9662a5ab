"""What the attacks share: the addresses with their arguments, a fingerprint of the database, what a browser would send."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from zlib import crc32

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


def some_of(values: Sequence[Any], place: str, number: int = 3, *, always: Sequence[Any] = ()) -> list[Any]:
    """A few of ``values`` for one place, with those among them that found a fault there (``always``): others at every
    place, so that over all of them each is tried often, and the same in every run."""
    rest = [value for value in values if value not in always]
    more, first = min(number - len(always), len(rest)), crc32(place.encode())
    return [*always, *(rest[(first + n * len(rest) // more) % len(rest)] for n in range(more))]


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
    **{f"library:new {kind}": lambda world, kind=kind: {"kind": kind} for kind in (
        "mail", "case", "question", "phrase", "opening", "block", "objection", "closing", "evidence",
    )},
}  # fmt: skip


CALLED = {"offers:line_add": "new_line"}
"""Forms beside others on one page, by their names there; alone, a form is ``form``."""


def form_in(answer: Any, name: str) -> Any:
    """The form of the address ``name`` that an answer shows."""
    return answer.context[CALLED.get(name, "form")]


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


def soon(name: str, /, *on: str, **changes: Any) -> Sent:
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

BIDS: dict[str, tuple[str, Sent]] = {
    "proposals:title": ("rep", at("proposals:title", title="二期方案")),
    "proposals:add": ("rep", at("proposals:add", title="交付节奏", part="plan", text="每周三碰头")),
    "proposals:section_edit": ("rep", at("proposals:section_edit", title="三处共用一个交期")),
    "values:item_add": (
        "rep",
        at(
            "values:item_add", name="返工", direction="less", current="42", likely="29", low="32", high="25", unit="分钟",
            unit_value="60", times="2750", basis="customer", source="访谈",
        ),
    ),
    "values:share_add": (
        "rep", lambda client, world: typed(
            client, address("values:share_add", world), name="其中夜班", share_of=world.value.pk, percent="10", source="估计"
        ),
    ),
    "values:item_edit": ("rep", at("values:item_edit", source="访谈")),
    "values:spending": ("rep", at("values:spending", investment="50万", running="2万", delay="2")),
    "offers:edit": ("rep", at("offers:edit", title="三年报价", delivery_days="30")),
    "offers:line_add": (
        "rep", plain(name="培训", quantity="2", unit="场", unit_price="2000", discount_percent="", tax_rate="6", note="")
    ),
    "offers:line_edit": ("rep", at("offers:line_edit", name="平台三年")),
    "rivals:edit": ("rep", at("rivals:edit", strengths="便宜", our_difference="上线快")),
    "rivals:mark": ("rep", at("rivals:mark", standing="weak", note="没做过")),
    "demos:plan": ("rep", soon("demos:plan", "planned_on", purpose="看排产")),
    "demos:trial": ("rep", soon("demos:trial", "expires_on", account="试用 02", goal="跑通一条线")),
    "demos:held": ("rep", at("demos:held", channel="online_meeting", shown="排产", reaction="interested")),
    "demos:usage": ("rep", at("demos:usage", usage="计划员每天用")),
    "demos:extend": ("rep", lambda client, world: {"expires_on": days(40)}),
    "demos:end": ("rep", at("demos:end", end_note="用完了")),
    "objections:add": ("rep", at("objections:add", kind="price", text="预算不够", answer="可以分期")),
    "objections:prepare": ("rep", at("objections:prepare", answer="先问预算")),
    "objections:edit": ("rep", at("objections:edit", answer="六个月收回")),
    "objections:raise": ("rep", at("objections:raise")),
    "objections:dismiss": ("rep", at("objections:dismiss", reason="他已看过")),
    "sendings:present": (
        "rep", lambda client, world: typed(
            client, address("sendings:present", world), held_on=days(0), contacts=[world.contact.pk], note="要了报价"
        ),
    ),
    "sendings:answer": ("rep", at("sendings:answer", text="可以，当天同步")),
    "negotiation:plan_edit": ("rep", at("negotiation:plan_edit", aim="年内签约", rounds="3")),
    "negotiation:seat_add": ("rep", at("negotiation:seat_add", name="财务同事", duty="record")),
    "negotiation:seat_edit": ("rep", at("negotiation:seat_edit", position="先要一成")),
    "negotiation:concession_add": (
        "rep", at("negotiation:concession_add", give="账期 45 天", get="不再降价", kind="payment", value="1.5万")
    ),
    "negotiation:concession_edit": ("rep", at("negotiation:concession_edit", get="两周内签约")),
    "negotiation:line_edit": ("rep", at("negotiation:line_edit", lowest_price="41万", note="再算过")),
    "rounds:new": ("rep", at("rounds:new", channel="visit", ours_price="72万", note="谈了价格")),
    "rounds:edit": ("rep", at("rounds:edit", note="补记")),
    "rounds:concede": ("rep", at("rounds:concede", give="多两天", get="月内签", value="2000")),
    "rounds:offer_decline": ("rep", at("rounds:offer_decline", reason="太低")),
    "rounds:agreement_decline": ("rep", at("rounds:agreement_decline", reason="还没谈定")),
    "returns:walk": (
        "rep", lambda client, world: typed(
            client, address("returns:walk", world), contact=world.contact.pk, walked_on=days(0), note="一起算的"
        ),
    ),
    "returns:send": (
        "rep", lambda client, world: typed(
            client, address("returns:send", world), contact=world.contact.pk, expires_on=days(9), message="请过目"
        ),
    ),
    "signals:tick": ("rep", at("signals:tick", kind="contract", note="问合同")),
    "signals:propose": ("rep", at("signals:propose", text="月内签就送培训")),
    "signals:answer": ("rep", lambda client, world: typed(
        client, address("signals:answer", world), answer="accepted", answered_on=days(0), note="他要等总经理"
    )),
    "approvals:decide": ("director", plain(verb="reject", version="1", reason="先谈别的条件")),
    **{f"library:new {kind}": ("team_lead", at(f"library:new {kind}", **more)) for kind, more in (
        ("block", {"title": "一个交期", "text": "共用一个交期。", "part": "solution"}),
        ("objection", {"kind": "price", "objection": "太贵", "answer": "算三年"}),
        ("closing", {"title": "月内签", "proposal": "本周签，下周一上线。"}),
        ("evidence", {"kind": "measurement", "title": "行业调研", "statement": "沟通时间减少", "source": "行业协会", "dated_on": "2026-11-01"}),
    )},
}  # fmt: skip
"""What is offered and bargained for, on the second deal."""

SIGNED: dict[str, tuple[str, Sent]] = {
    "contracts:head": ("rep", at("contracts:head", title="三年服务合同", tax_note="含税")),
    "contracts:clause_add": ("rep", at("contracts:clause_add", part="own", title="保密", text="双方保密三年。")),
    "contracts:clause_edit": ("rep", at("contracts:clause_edit", text="乙方提供系统两套。")),
    "confirmations:change": ("rep", at("confirmations:change", comment="时限写成 48 小时")),
    "payments:new": ("rep", soon("payments:new", "on", name="二期款", amount="5万")),
    "payments:edit": ("rep", at("payments:edit", note="客户说月底付")),
    "payments:receive": ("rep", lambda client, world: typed(
        client, address("payments:receive", world), amount="1万", received_on=days(-1), reference="TX-9", payer="某公司"
    )),
    "payments:refund": ("rep", lambda client, world: typed(
        client, address("payments:refund", world), amount="100", received_on=days(0), note="多付了"
    )),
    "kickoff:add": ("rep", soon("kickoff:add", "starts_on", name="培训", kind="task", days="2")),
    "kickoff:edit": ("rep", at("kickoff:edit", name="需求再确认", acceptance="客户签字")),
    "kickoff:note": ("rep", at("kickoff:note", note="先上一条线")),
    "teams:add": ("rep", lambda client, world: typed(
        client, address("teams:add", world), person=world.people.teammate.pk, role="售后主管", responsible_for="培训"
    )),
    "teams:edit": ("rep", at("teams:edit", responsible_for="对接系统")),
    "teams:book": ("rep", lambda client, world: typed(
        client, address("teams:book", world), user=world.people.teammate.pk, starts_on=days(2), ends_on=days(9), percent="20",
        note="现场支持",
    )),
    "deliveries:add": ("rep", soon("deliveries:add", "due_on", kind="training", title="培训三场", criteria="三场都到齐")),
    "deliveries:edit": ("rep", at("deliveries:edit", title="一号线全部上线")),
    "deliveries:add_issue": ("rep", at("deliveries:add_issue", title="打印机不响", severity="high")),
    "deliveries:edit_issue": ("rep", at("deliveries:edit_issue", title="夜班登录很慢")),
    "reviews:add_problem": ("rep", at("reviews:add_problem", text="验收拖了两周", cause="标准没写清")),
    "reviews:edit_problem": ("rep", at("reviews:edit_problem", cause="没有模板")),
    "improvements:propose": ("rep", lambda client, world: typed(
        client, address("improvements:propose", world), title="先给两套付款方案", target="other", proposal="谈判前请财务给出",
        owner=world.people.rep.pk, due_on=days(20),
    )),
    "improvements:edit": ("rep", at("improvements:edit", why="三个单子都这样")),
    "revisits:record": ("rep", lambda client, world: typed(
        client, address("revisits:record", world), done_on=days(0), channel="phone", usage="白班天天用"
    )),
    "revisits:postpone": ("rep", soon("revisits:postpone", "due_on")),
    "revisits:skip": ("rep", at("revisits:skip", reason="上周刚开过会")),
    "revisits:survey": ("rep", lambda client, world: typed(
        client, address("revisits:survey", world), contact=world.contact.pk, expires_on=days(9), message="请打个分"
    )),
    "revisits:second": ("rep", at("revisits:second", name="二期产线", kind="extend", note="新厂区")),
    "deals:duty_add": ("rep", at("deals:duty_add", part="responsible", function="service", what="培训", standard="按时上线")),
}  # fmt: skip
"""What is signed, delivered and learned from: steps 7 and 8."""

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
    **BIDS,
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
