"""《定制化解决方案》 on paper: cover, contents, chapters. Chinese whatever the language of the screen: it goes to the
customer (S5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils import translation

from tuoke.base.accounts.queries import company
from tuoke.services.documents.rules import Cover, Document, Heading, Part, Section, Value
from tuoke.steps.proposals.models import ProposalVersion
from tuoke.steps.proposals.rules import Frozen
from tuoke.steps.proposals.sendings.chapters import Chapter, chapters_of

KICKER, CONTENTS = "定制化解决方案", "目录"


def proposal_document(version: ProposalVersion) -> Document:
    """A frozen version; its proposal comes with deal, customer and owner. What stands in it never changes."""
    return document_of(version.frozen, version=version, is_draft=False)


def draft_document(frozen: Frozen, *, version: ProposalVersion) -> Document:
    """What the proposal says now, not frozen yet: a draft says so on its cover."""
    return document_of(frozen, version=version, is_draft=True)


def document_of(frozen: Frozen, *, version: ProposalVersion, is_draft: bool) -> Document:
    us, deal = company(), version.proposal.opportunity
    with translation.override("zh-hans"):
        return Document(
            title=frozen.title,
            subtitle=deal.name if deal.name != frozen.title else "",
            facts=tuple(_facts(frozen, version, is_draft=is_draft)),
            sections=tuple(_chapter(chapter) for chapter in chapters_of(frozen)),
            header=f"{frozen.title} · {frozen.customer}",
            footer=" · ".join(filter(None, (us.name, us.phone, us.website))),
            cover=Cover(kicker=KICKER, to=frozen.customer, by=us.name, contents=CONTENTS),
        )


def _facts(frozen: Frozen, version: ProposalVersion, *, is_draft: bool) -> Iterator[tuple[str, Value]]:
    owner = version.proposal.opportunity.owner
    yield "日期", date.fromisoformat(frozen.made_on)
    yield "版本", "草稿，尚未定稿" if is_draft else f"第 {version.number} 版"
    if owner is not None:
        yield "联系人", " · ".join(filter(None, (owner.name, owner.phone, owner.email)))
    if until := frozen.parts.get("offer", {}).get("valid_until"):
        yield "报价有效期至", date.fromisoformat(until)


def _chapter(chapter: Chapter) -> Section:
    """A chapter of a single section says its name only where it is another one."""
    parts: list[Part] = []
    for leaf in chapter.leaves:
        if len(chapter.leaves) > 1 or leaf.title != chapter.title:
            parts.append(Heading(leaf.title))
        parts.extend(leaf.parts)
    return Section(chapter.title, tuple(parts))
