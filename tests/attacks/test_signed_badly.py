"""What is wrong about steps 7 and 8 is refused in words that say what would be right: the issue's own list, uploads that aren't
what they say, a process that isn't one (S7.1-S8.3, P3)."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.attacks.tools import a_client, content_of, failure, typed, unchanged
from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tests.steps.contracts import cases
from tuoke.base.accounts.queries import principal_of
from tuoke.services.files.models import File
from tuoke.services.files.rules import MOST_BYTES
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook import actions as playbook_actions
from tuoke.spine.playbook.models import PlaybookVersion
from tuoke.spine.playbook.rules.text import MOST_CHARACTERS, written
from tuoke.steps.contracts import actions as contracts
from tuoke.steps.contracts import queries as contract_queries
from tuoke.steps.contracts.clearances import actions as clearances
from tuoke.steps.contracts.clearances.rules import Kind
from tuoke.steps.contracts.kickoff import actions as kickoff
from tuoke.steps.contracts.kickoff.rules import MilestoneDraft, MilestoneKind, Wait
from tuoke.steps.contracts.kickoff.words import GAPS
from tuoke.steps.contracts.payments import actions as payments
from tuoke.steps.contracts.payments.rules import InstalmentDraft, ReceiptDraft

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def rep(company):
    return a_client(company.rep)


@pytest.fixture
def deal(company, playbook):
    return cases.a_signing_deal(company, playbook)


@pytest.fixture
def contract(deal, by, now):
    contract = cases.a_contract(deal, by=by)
    contracts.freeze(contract=contract, note="", by=by, now=now)
    return contract


@pytest.fixture
def won(company, playbook):
    customer = a_customer(company.rep)
    a_contact(customer, name="林总")
    ended = {"outcome": "won", "outcome_on": TODAY, "outcome_department": company.rep.department}
    return a_deal(company.rep, playbook, customer=customer, step="contracts", amount=Decimal(480_000), **ended)


def said(answer: Any) -> str:
    return unescape(content_of(answer).decode())


def to(name: str, *args: Any) -> str:
    return reverse(name, args=args)


# The list


def test_a_clause_that_the_customer_has_struck_out(contract, rep):
    """He sends the text back without the penalty: it is named, and nothing of ours is changed by comparing."""
    text = "\n".join(words for part, words in cases.TEXTS.items() if part != "breach").replace(
        "首付 40%", "首付 10%", 1
    )
    with unchanged("a comparison"):
        answer = rep.post(to("contracts:returned", contract.pk), {"text": text})
    found = {one.title: one for one in answer.context["result"].clauses}
    assert set(found) == {"条款 payment", "条款 breach"}
    assert found["条款 breach"].change == "out"
    assert "10%" in [after for _before, after in found["条款 payment"].values]
    assert "被删掉" in said(answer)


def test_days_in_the_wrong_order(contract, won, rep, by, now):
    with unchanged("days in the wrong order"):
        path = to("contracts:head", contract.pk)
        answer = rep.post(path, typed(rep, path, starts_on="2027-05-01", ends_on="2026-12-01"))
        assert answer.status_code == 422
        assert "早于" in " ".join(answer.context["form"].errors["ends_on"]), answer.context["form"].errors
        path = to("teams:book", won.pk)
        asked = {"user": by.user_id, "starts_on": "2026-12-31", "ends_on": "2026-12-01", "percent": "50"}
        answer = rep.post(path, typed(rep, path, **asked))
        assert answer.status_code == 422
        assert answer.context["form"].errors["ends_on"]


@pytest.fixture
def foreign(company, playbook, now):
    """A contract of another customer's deal, frozen, with a departure from what was agreed; its customer's contact."""
    deal = a_deal(company.other_team, playbook, customer=a_customer(company.other_team), step="contracts")
    by, texts = company.by("other_team"), {**cases.TEXTS, "standard": "自合同生效之日起 100 日内完成交付。"}
    contract = cases.a_contract(deal, by=by, texts=texts)
    return contract, contracts.freeze(contract=contract, by=by, now=now), a_contact(deal.customer, name="周总")


def test_ids_of_other_contracts_in_what_is_sent(contract, foreign, rep, company):
    """The address is one's own, what is sent names what isn't: people, a version, a clause, a finding."""
    other, version, contact = foreign
    clause, (found,) = other.clauses.filter(withdrawn_at=None).first(), contract_queries.findings_of(other)
    lead, head = a_client(company.team_lead), to("contracts:head", contract.pk)
    accept = {"key": found.key, "seal": found.seal, "reason": "可以"}
    with unchanged("ids of others"):
        for field, pk in (("their_signer_id", contact.pk), ("our_signer_id", company.other_team.pk)):
            answer = rep.post(head, typed(rep, head, **{field: pk}))
            assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
        sign = rep.post(to("contracts:sign", contract.pk), {"signed_on": "2026-11-20", "version_id": version.pk})
        assert sign.status_code == 409
        answer = lead.post(to("contracts:accept", contract.pk), accept)
        assert (answer.status_code, "已经变了" in said(answer)) == (422, True)
        rep.post(to("contracts:order", contract.pk), {"order": f"{clause.pk}"})
        rep.post(to("contracts:take", contract.pk, 10**9))
        for name in ("clause_edit", "clause_move", "clause_withdraw", "clause_restore"):
            assert rep.post(to(f"contracts:{name}", clause.pk), {"version": 1, "to": "up"}).status_code == 404


@pytest.mark.parametrize(
    ("typed_in", "status", "amount"),
    [
        ("0.00", 422, "480000.00"),
        ("0.001", 422, "480000.00"),
        ("0.01", 302, "0.01"),
        ("999,999,999,999.99", 302, "999999999999.99"),
        ("999999999999.999", 422, "480000.00"),
        ("1,000,000,000,000.00", 422, "480000.00"),
    ],
)
def test_the_least_and_the_most_a_contract_comes_to(contract, rep, typed_in, status, amount):
    path = to("contracts:head", contract.pk)
    answer = rep.post(path, typed(rep, path, amount=typed_in))
    contract.refresh_from_db()
    assert (answer.status_code, f"{contract.amount:.2f}") == (status, amount)
    if status == 422:
        assert list(answer.context["form"].errors) == ["amount"]
    assert rep.get(contract.get_absolute_url()).status_code == 200
    version = contracts.freeze(contract=contract, by=owner_of(contract), now=contract.created_at)
    assert rep.get(to("contracts:export", version.pk, "docx")).status_code == 200


def owner_of(contract: Any) -> Any:
    return principal_of(contract.opportunity.owner)


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u3000\u3000", "\u200b"])
def test_texts_that_say_nothing(contract, rep, blank):
    clause, path = contract.clauses.filter(withdrawn_at=None).first(), to("contracts:clause_add", contract.pk)
    with unchanged("a text that says nothing"):
        for field in ("title", "text"):
            sent = {"new-part": "own", "new-title": "保密", "new-text": "双方保密。"} | {f"new-{field}": blank}
            answer = rep.post(path, sent)
            assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
            path_there = to("contracts:clause_edit", clause.pk)
            answer = rep.post(path_there, typed(rep, path_there, **{field: blank}))
            assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_signs_beside_the_alphabet_are_kept_and_printed(contract, rep, by, now):
    text = "双方保密 🙂👨‍👩‍👧 ①，<script>alert(1)</script> العربية。"
    rep.post(to("contracts:clause_add", contract.pk), {"new-part": "own", "new-title": "🙂", "new-text": text})
    assert contract.clauses.filter(title="🙂", text=text).exists()
    contract.refresh_from_db()
    version = contracts.freeze(contract=contract, by=by, now=now)
    for kind in ("docx", "pdf"):
        assert rep.get(to("contracts:export", version.pk, kind)).status_code == 200
    assert b"<script>alert(1)" not in rep.get(contract.get_absolute_url()).content


@pytest.fixture
def lines(deal, by, now):
    plan = kickoff.make_plan(deal=deal, template="", starts_on=TODAY, by=by, now=now)
    first = MilestoneDraft("调研", MilestoneKind.TASK, TODAY, 2)
    first = kickoff.add_milestone(plan=plan, draft=first, by=by, now=now)
    second = MilestoneDraft("实施", MilestoneKind.TASK, TODAY + timedelta(days=7), 3, waits=(Wait(first.pk),))
    return first, kickoff.add_milestone(plan=plan, draft=second, by=by, now=now)


def test_a_circle_is_named(lines, rep):
    first, second = lines
    path = to("kickoff:edit", first.pk)
    with unchanged("a circle"):
        answer = rep.post(path, typed(rep, path, waits=[second.pk]))
    assert answer.status_code == 422
    words = " ".join(answer.context["form"].errors["waits"])
    assert all(name in words for name in ("调研 → 实施", "实施 → 调研")) or "调研 → 实施 → 调研" in words, words
    with unchanged("waiting for itself, or for somebody else's line"):
        for other in (first.pk, 999_999, "x", "\x00"):
            assert rep.post(path, typed(rep, path, waits=[other])).status_code == 422, other


def test_a_line_that_nobody_answers_for_is_shown_and_two_are_refused(lines, rep, deal):
    path = to("kickoff:parts", lines[0].pk)
    assert rep.post(path, {"sales": "R", "tech": "R"}).status_code == 302
    page = rep.get(to("kickoff:page", deal.pk) + "?view=raci")
    assert next(gaps for _line, _cells, gaps in page.context["divided"]) == [GAPS["no_accountable"]]
    assert str(GAPS["no_accountable"]) in said(page)
    with unchanged("two who answer for one line"):
        answer = rep.post(path, {"sales": "A", "tech": "A"})
        assert answer.status_code == 422
        assert answer.context["form"].errors


@pytest.mark.parametrize("amount", ["1000 USD", "$1000", "1万美元", "-5", "1e18", "NaN", "9" * 5000, "0", "0.001"])
def test_money_that_is_none_of_ours(amount, won, rep):
    with unchanged("a payment in another currency"):
        for name in ("payments:receive", "payments:new"):
            path = to(name, won.pk)
            day = {"received_on": "2026-11-20"} if name.endswith("receive") else {"name": "首付", "on": "2026-12-01"}
            answer = rep.post(path, typed(rep, path, amount=amount, **day))
            assert answer.status_code == 422, (name, failure(answer))
            words = " ".join(answer.context["form"].errors["amount"])
            assert len(words) > 5
            if "USD" in amount or "$" in amount or "美元" in amount:
                assert "人民币" in words, words


def test_a_process_that_strands_its_deals(company, deal, now):
    """Without the step in which deals are signed: not published, and it says what is missing."""
    owner = a_client(company.process_owner)
    draft = playbook_actions.start_draft(by=company.by("process_owner"), now=now)
    owner.post(to("playbook:draft_remove", "steps/contracts"))
    draft.refresh_from_db()
    with unchanged("a process that strands deals"):
        answer = owner.post(to("playbook:draft_publish"), {"revision": draft.revision, "note": "不签合同了"})
    assert answer.status_code == 422
    assert "签约启动" in said(answer)


def test_a_won_deal_with_receipts_stays_won(won, company, by, now):
    payments.receive(deal=won, draft=ReceiptDraft(Decimal(1000), TODAY), instalment=None, by=by, now=now)
    lead = a_client(company.team_lead)
    with unchanged("reopening a paid deal"):
        answer = lead.post(to("deals:reopen", won.pk), {"reason": "客户反悔"})
    assert answer.status_code in (409, 422)
    assert "到账" in said(answer) or "回款" in said(answer)


def test_who_was_asked_left_meanwhile(contract, company, by, now):
    """The page says that he is gone; the owner may be gone, too: whoever has the deal then asks another."""
    asked = [company.team_lead.pk]
    clearances.ask(contract=contract, kind=Kind.CONTRACT, decider_ids=asked, note="", by=by, now=now)
    for person in (company.team_lead, company.rep):
        person.is_active = False
        person.save()
    Opportunity.objects.update(owner=company.teammate)
    teammate = a_client(company.teammate)
    page = said(teammate.get(to("clearances:page", contract.opportunity_id)))
    assert company.team_lead.name in page
    assert "停用" in page or "离职" in page or "已离开" in page
    row = contract.clearances.get() if hasattr(contract, "clearances") else None
    assert row is None or teammate.post(to("clearances:withdraw", row.pk)).status_code == 302
    assert teammate.get(to("clearances:ask", contract.pk, "contract")).status_code == 200


# Only who reads the section hears of it


def test_a_card_tells_nobody_of_money_who_reads_none(won, company, by, now):
    """回款逾期 on the board and in the list: for those who read payments (P4)."""
    from tuoke.spine.deals.actions import join

    draft = InstalmentDraft("首付款", Decimal(100_000), on=TODAY - timedelta(days=3))
    payments.add_instalment(deal=won, draft=draft, by=by, now=now)
    join(deal=won, user=company.collaborator, duty="实施", by=by, now=now)
    for name in ("deals:list", "deals:board"):
        path = f"{reverse(name)}?tab=all&outcome=won"
        told = {who: said(a_client(getattr(company, who)).get(path)) for who in ("rep", "collaborator")}
        assert "回款逾期" not in told["collaborator"], name
        if name == "deals:list":
            assert "回款逾期" in told["rep"]
            assert won.name in told["collaborator"]


# Uploads


PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "x")
        packed.writestr("word/document.xml", b"\0" * 80_000_000)
    return target.getvalue()


WRONG = {
    "page as pdf": ("合同.pdf", HTML), "drawing as png": ("图.png", SVG), "page": ("a.html", HTML), "drawing": ("a.svg", SVG),
    "empty": ("空.pdf", b""), "too large": ("大.pdf", PDF + b"\0" * (MOST_BYTES + 1)), "program": ("a.exe", b"MZ\x90"),
    "two endings": ("合同.pdf.exe", PDF), "no name": (".pdf", HTML), "zero in its name": ("a\x00.pdf", HTML),
    "pdf as word": ("合同.docx", PDF), "picture as text": ("说明.txt", b"\x89PNG\r\n\x1a\n\0\0"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_file_of_ours(what, contract, rep):
    """422, what is wrong said, nothing kept on the disk."""
    name, content = WRONG[what]
    path = to("files:attach", "contract", f"contracts.contract:{contract.pk}")
    with unchanged(what):
        answer = rep.post(path, {"file": SimpleUploadedFile(name, content, content_type="application/pdf")})
        assert answer.status_code == 422, failure(answer)
    assert not File.objects.exists()


NAMES = ("../../etc/passwd.pdf", "..\\..\\win.pdf", "/etc/passwd.pdf", "👨‍👩‍👧‍👦合同.pdf", "a\r\nSet-Cookie: x=1.pdf", '";<b>.pdf', "长" * 300 + ".pdf",
         "\u202efdp.exe.pdf", "CON.pdf", "a;b=c.pdf")  # fmt: skip


def test_names_that_lead_elsewhere_or_break_a_header(contract, rep, settings):
    """Kept under a name of our own, given back as an attachment with one clean header, or refused."""
    path = to("files:attach", "contract", f"contracts.contract:{contract.pk}")
    for number, name in enumerate(NAMES):
        content = PDF + b"%%%d" % number
        answer = rep.post(path, {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code in (302, 422), (name, failure(answer))
        if answer.status_code == 302:
            kept = File.objects.latest("pk")
            assert "/" not in kept.name
            assert "\\" not in kept.name
            assert kept.file.path.startswith(str(settings.MEDIA_ROOT))
            got = rep.get(to("files:download", kept.public_id))
            assert got["Content-Disposition"].startswith("attachment"), name
            assert got["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in got["Content-Security-Policy"]
            assert "Set-Cookie" not in got
            assert content_of(got) == content
    assert File.objects.count() >= 5
    assert "<b>" not in content_of(rep.get(to("files:list", "contract", f"contracts.contract:{contract.pk}"))).decode()


def test_a_bomb_in_a_document_is_not_unpacked(contract, rep):
    """As an attachment it is bytes; as the customer's version it is refused before it fills the memory."""
    with unchanged("a bomb"):
        file = SimpleUploadedFile("合同.docx", bomb())
        answer = rep.post(to("contracts:returned", contract.pk), {"file": file})
    assert answer.status_code == 422, failure(answer)
    for name, content in (("合同.docx", b""), ("合同.docx", HTML), ("合同.txt", b"\xff\xfe\0\0\x01"), ("a.pdf", PDF)):
        with unchanged(name):
            answer = rep.post(to("contracts:returned", contract.pk), {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code in (200, 422), (name, failure(answer))


def test_files_of_things_that_are_none(company, contract, rep):
    """Unknown kinds and subjects, somebody else's contract: not there."""
    strangers = [a_client(getattr(company, who)) for who in ("other_team", "collaborator", "admin")]
    subject, file = f"contracts.contract:{contract.pk}", SimpleUploadedFile("a.pdf", PDF)
    with unchanged("files elsewhere"):
        for kind, about in (("nothing", subject), ("contract", "contracts.contract:999999"), ("contract", "accounts.user:1"),
                            ("contract", "x"), ("contract", "contracts.contract:²"), ("contract", "contracts.contract:" + "9" * 400)):  # fmt: skip
            assert rep.post(to("files:attach", kind, about), {"file": file}).status_code == 404, about
        for client in strangers:
            answer = client.post(to("files:attach", "contract", subject), {"file": SimpleUploadedFile("a.pdf", PDF)})
            assert answer.status_code in (403, 404)


# The process as a text


@pytest.fixture
def editor(company, playbook, now):
    playbook_actions.start_draft(by=company.by("process_owner"), now=now)
    return a_client(company.process_owner)


def yaml_bombs() -> dict[str, str]:
    laughs = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))
    return {
        "laughs": f"a0: &a0 [x, x]\n{laughs}\nsteps: *a11\n",
        "itself": "key: &a\n  steps: *a\n",
        "objects": "key: !!python/object/apply:os.system ['true']\n",
        "merges": "key: &a {x: 1}\nname: {<<: *a, <<: [*a, *a]}\n",
        "deep": "[" * 5000,
        "long": "a" * (MOST_CHARACTERS + 1),
        "numbers": "format: 1e99999\nkey: 0x" + "f" * 5000,
        "days": "key: !!timestamp 9",
        "twice": "key: a\nkey: b\n",
        "tabs": "\tkey: a",
        "broken": "key: \ud83d",
        "zero": "key: a\x00b",
        "list": "- a\n- b\n",
    }


@pytest.mark.parametrize("what", yaml_bombs())
def test_yaml_that_is_no_process(what, editor):
    with unchanged(what):
        text = yaml_bombs()[what].encode("utf-8", "surrogatepass")
        for data in ({"text": text.decode("utf-8", "replace")}, {"file": SimpleUploadedFile("p.yaml", text)}):
            answer = editor.post(to("playbook:draft_import"), {**data, "revision": "0"})
            assert answer.status_code == 422, failure(answer)


def test_kinds_that_nobody_can_judge_and_places_that_are_none(editor):
    """Named with their line; nothing is added, moved or removed anywhere else than in the process."""
    content = dict(PlaybookVersion.objects.published().get().content)
    text = written(content).replace("kind: rigid_needs", "kind: always_true", 1)
    with unchanged("unknown kinds"):
        answer = editor.post(to("playbook:draft_import"), {"text": text, "revision": "0"})
        assert answer.status_code == 422
        assert "always_true" in said(answer)
        for place in (
            "steps",
            "steps/nowhere",
            "__class__",
            "steps/discovery/__init__",
            "../x",
            "steps/" * 50 + "x",
            "%00",
        ):
            for name in ("draft_edit", "draft_remove", "draft_move", "draft_add"):
                answer = editor.post(
                    to(f"playbook:{name}", place), {"seen": "x", "offset": "1", "to": "up", "name": "x"}
                )
                assert answer.status_code in (302, 404, 409, 422), (name, place, failure(answer))
        for offset in ("9" * 400, "²", "", "x"):
            answer = editor.post(
                to("playbook:draft_move", "steps/discovery/actions/x"), {"offset": offset, "to": offset}
            )
            assert answer.status_code in (302, 404, 422), failure(answer)
        for revision in ("", "-1", "9" * 5000, "²", "\x00"):
            for name in ("draft_publish", "draft_discard", "draft_import"):
                answer = editor.post(to(f"playbook:{name}"), {"revision": revision, "note": "x", "text": "x"})
                assert answer.status_code in (302, 404, 409, 422), (name, revision[:9], failure(answer))


def test_only_who_owns_the_process_writes_it(editor, company):
    names = {"draft_start": (), "draft_import": (), "draft_publish": (), "draft_discard": (), "draft_edit_whole": (), "draft_catch_up": (),
             "draft_edit": ("steps/discovery",), "draft_add": ("variants",), "draft_remove": ("steps/reviews",), "draft_move": ("steps/reviews",)}  # fmt: skip
    people = ("rep", "team_lead", "director", "auditor", "admin", "collaborator")
    clients = {who: a_client(getattr(company, who)) for who in people}
    with unchanged("a draft in wrong hands"):
        for who, client in clients.items():
            for name, args in names.items():
                answer = client.post(to(f"playbook:{name}", *args), {"revision": "0", "note": "x"})
                assert answer.status_code == 403, (who, name)
