"""《客户需求清单》 as a document to be handed out (S4.3): the template's columns, and who confirmed which version.

Chinese whatever the language of the screen: it is one of the process's own documents. What lies behind a need (pain,
impact) is ours and stays out of it.
"""

from __future__ import annotations

from datetime import date

from django.utils import timezone, translation

from tuoke.base.accounts.rules import Principal
from tuoke.services.documents.rules import Document, Facts, Section, Table, Value
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.models import KIND_MEANINGS, KIND_NAMES, Confirmation
from tuoke.steps.discovery.queries import needs_table

TITLE = "客户需求清单"
WIDTHS = (0.15, 0.09, 0.11, 0.1, 0.35, 0.07, 0.13)


def needs_document(who: Principal, deal: Opportunity | None, *, today: date) -> Document:
    """The list of one deal, or of all that ``who`` sees."""
    headers, rows = needs_table(who, deal=deal)
    cells = tuple(tuple(row) for row in rows)
    with translation.override("zh-hans"):
        meanings = tuple((str(KIND_NAMES[kind]), str(KIND_MEANINGS[kind])) for kind in KIND_NAMES)
        return Document(
            title=TITLE,
            subtitle=f"{deal.customer.name} · {deal.name}" if deal else "",
            facts=(*_facts(who, deal), ("需求条数", len(cells)), ("导出日期", today)),
            sections=(
                Section("需求", (Table(headers, cells, widths=WIDTHS),) if cells else (), empty="还没有需求。"),
                Section("需求类型", (Facts(meanings),)),
            ),
            footer=f"{TITLE} · {deal.customer.name}" if deal else TITLE,
        )


def _facts(who: Principal, deal: Opportunity | None) -> tuple[tuple[str, Value], ...]:
    if deal is None:
        return ()
    signed = Confirmation.objects.visible_to(who).filter(opportunity=deal).exclude(confirmed_at=None).first()
    if signed is None or signed.confirmed_at is None:
        said = "客户还没有在确认页上确认"
    else:
        said = f"{signed.confirmed_name} 于 {timezone.localtime(signed.confirmed_at):%Y-%m-%d %H:%M} 确认第 {signed.number} 版"
    return (("负责人", deal.owner.name), ("客户确认", said))
