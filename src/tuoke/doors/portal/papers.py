"""The list of needs on paper, as the customer takes it with him."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tuoke.base.accounts.queries import CompanyCard
from tuoke.doors.portal.words import KIND_WORDS, PRIORITY_WORDS
from tuoke.services.documents.rules import Bullets, Document, Section, Table, Value
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.steps.discovery.queries import SharedComment, SharedList, SharedRow

KINDS = ("docx", "pdf")


def paper(shared: SharedList, *, company: CompanyCard, kind: str) -> FileResponse:
    """The list as a Word file or PDF. Http404 for anything else."""
    if kind not in KINDS:
        raise Http404
    target = BytesIO()
    write_document(target, document_of(shared, company=company), kind=kind)
    target.seek(0)
    name = f"{_('需求清单')}-{shared.confirmation.opportunity.customer.name}-{shared.confirmation.number}.{kind}"
    return FileResponse(target, as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])


def document_of(shared: SharedList, *, company: CompanyCard) -> Document:
    sections = [Section(_("需求"), (_table(shared.rows),))]
    for heading, said in ((_("客户补充的需求"), shared.additions), (_("其他意见"), shared.comments)):
        if said:
            sections.append(Section(heading, (_told(said),)))
    return Document(
        title=_("客户需求清单"),
        subtitle=shared.confirmation.opportunity.customer.name,
        sections=tuple(sections),
        facts=_facts(shared, company),
        footer=company.name,
    )


def _facts(shared: SharedList, company: CompanyCard) -> tuple[tuple[str, Value], ...]:
    sent = shared.confirmation
    facts: list[tuple[str, Value]] = [
        (_("编号"), f"{sent.opportunity_id}-{sent.number}"),
        (_("发送"), f"{company.name} · {sent.sent_by} · {_moment(sent.sent_at)}"),
    ]
    if sent.confirmed_at is None:
        return (*facts, (_("状态"), _("等待客户确认")))
    return (
        *facts,
        (_("确认人"), sent.confirmed_name),
        (_("确认时间"), _moment(sent.confirmed_at)),
        (_("校验码"), sent.seal[:16]),
    )


def _table(rows: tuple[SharedRow, ...]) -> Table:
    return Table(
        headers=("#", _("需求类型"), _("需求描述"), _("优先级"), _("意见")),
        rows=tuple(
            (number, str(KIND_WORDS[row.kind][0]), row.description, str(PRIORITY_WORDS[row.priority]), _opinion(row))
            for number, row in enumerate(rows, 1)
        ),
        widths=(0.06, 0.14, 0.44, 0.1, 0.26),
    )


def _opinion(row: SharedRow) -> str:
    """What the customer said of it; a need that he called wrong isn't confirmed."""
    wrong = [" ".join(filter(None, (_("不准确，未确认。"), row.wrong.text)))] if row.wrong else []
    return "\n".join([*wrong, *(comment.text for comment in row.comments)])


def _told(said: tuple[SharedComment, ...]) -> Bullets:
    return Bullets(tuple(comment.text for comment in said))


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "Y-m-d H:i")
