"""export KIND: the templates of the process document, filled in."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from django.utils import timezone

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.doors.cli.refusal import Unusable, principal_named
from tuoke.services.documents.rules import Document
from tuoke.services.documents.writing import WRITERS, write_document
from tuoke.services.exchange.writing import write_table
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups import queries as followups
from tuoke.spine.library.documents import script_document, scripts_document
from tuoke.spine.library.models import Item
from tuoke.spine.library.queries import current_of, current_scripts
from tuoke.spine.library.rules import ItemKind
from tuoke.steps.contracts.documents import contract_document, document_of
from tuoke.steps.contracts.kickoff.documents import plan_document as kickoff_document
from tuoke.steps.contracts.kickoff.queries import has_kickoff
from tuoke.steps.contracts.models import ContractVersion
from tuoke.steps.contracts.queries import current_contract
from tuoke.steps.contracts.queries import frozen_now as contract_now
from tuoke.steps.discovery import queries as discovery
from tuoke.steps.discovery.documents import needs_document
from tuoke.steps.leads import queries as leads
from tuoke.steps.negotiation.documents import plan_document
from tuoke.steps.proposals.models import ProposalVersion
from tuoke.steps.proposals.queries import current_proposal, frozen_now
from tuoke.steps.proposals.sendings.documents import draft_document, proposal_document
from tuoke.steps.reviews.documents import review_document
from tuoke.steps.reviews.queries import page_of as review_page
from tuoke.steps.targeting import queries as targeting
from tuoke.steps.targeting.documents import profile_document
from tuoke.steps.targeting.markets.documents import market_document
from tuoke.steps.targeting.markets.models import MarketAnalysis
from tuoke.steps.targeting.markets.queries import report_of
from tuoke.steps.targeting.models import CustomerProfile

TABLES = ("xlsx", "csv")
Table = tuple[Sequence[str], Iterable[Sequence[Any]]]


def add(commands: Any) -> None:
    export = commands.add_parser("export", help="write one of the process's tables to a file")
    export.add_argument(
        "kind", metavar="KIND", choices=sorted({*KINDS, *DOCUMENTS}), help=", ".join(sorted({*KINDS, *DOCUMENTS}))
    )
    export.add_argument(
        "id", metavar="ID", nargs="?", help="one profile (or its name), campaign, script or opportunity; else all"
    )
    export.add_argument(
        "-o", "--output", metavar="FILE", required=True, help="ends with .xlsx, .csv, .docx or .pdf: the format follows"
    )
    export.add_argument("--as", dest="as_user", metavar="USERNAME", help="what this person may see")
    export.set_defaults(func=run_export)


def run_export(arguments: argparse.Namespace) -> int:
    path = Path(arguments.output)
    ending = path.suffix.lower().removeprefix(".")
    endings = endings_of(arguments.kind)
    if ending not in endings:
        raise Unusable(f"{path}: the file must end with {' or '.join('.' + e for e in endings)}")
    if not path.parent.is_dir():
        raise Unusable(f"{path}: there is no folder {path.parent}")
    who = principal_named(arguments.as_user)
    pk = _number(arguments.kind, arguments.id)
    if arguments.kind in KINDS and ending in TABLES:
        headers, rows = KINDS[arguments.kind](who, pk)
        write_table(path, headers=headers, rows=rows)
    else:
        write_document(path, DOCUMENTS[arguments.kind](who, pk), kind=ending)
    return 0


def endings_of(kind: str) -> list[str]:
    """A table goes into a sheet or csv, a document into Word, PDF or, where it has no exact table, a sheet."""
    return [
        *(TABLES if kind in KINDS else ()),
        *(e for e in WRITERS if kind in DOCUMENTS and not (kind in KINDS and e in TABLES)),
    ]


def _number(kind: str, given: str | None) -> int | None:
    """The record's number; a profile goes by its name too."""
    if given is None or (given.isascii() and given.isdigit()):
        return int(given) if given else None
    named = CustomerProfile.objects.filter(name=given).first() if kind == "profile" else None
    if named is None:
        raise Unusable(f"there is no profile named {given}" if kind == "profile" else f"{given}: ID is a number")
    return named.pk


def _one_profile(who: Principal, pk: int | None) -> CustomerProfile:
    profiles = CustomerProfile.objects.visible_to(who).select_related("product", "owner")
    profile = profiles.filter(pk=pk).first() if pk else profiles.first()
    if profile is None:
        raise Unusable(f"there is no profile {pk or ''}".strip())
    return profile


def _deal(who: Principal, pk: int | None) -> Opportunity | None:
    if pk is None:
        return None
    deal = Opportunity.objects.visible_to(who).select_related("customer", "owner").filter(pk=pk).first()
    if deal is None:
        raise Unusable(f"there is no opportunity {pk}")
    return deal


KINDS: dict[str, Callable[[Principal, int | None], Table]] = {
    "profile": lambda who, pk: targeting.profile_table(_one_profile(who, pk)),
    "lead-register": lambda who, pk: leads.register_table(who),
    "needs": lambda who, pk: discovery.needs_table(who, deal=_deal(who, pk)),
    "followups": lambda who, pk: followups.record_table(who, subject=_deal(who, pk)),
}


def _market_analysis(who: Principal, campaign: int | None) -> Document:
    if campaign is None:
        raise Unusable("which campaign? tuoke export market-analysis CAMPAIGN -o FILE")
    analysis = (
        MarketAnalysis.objects.visible_to(who).select_related("campaign", "owner").filter(campaign=campaign).first()
    )
    if analysis is None:
        raise Unusable(f"campaign {campaign} has no market analysis")
    return market_document(report_of(analysis), today=timezone.localdate())


def _script(who: Principal, pk: int | None) -> Document:
    """One script, retired ones too; without a number all that are in use."""
    if pk is None:
        return scripts_document(current_scripts(who), today=timezone.localdate())
    items = Item.objects.visible_to(who).filter(kind=ItemKind.SCRIPT.value)
    item = items.select_related("owner").filter(pk=pk).first()
    if item is None:
        raise Unusable(f"there is no script {pk}")
    return script_document(current_of(item))


def _negotiation(who: Principal, pk: int | None) -> Document:
    """谈判要点清单; its bottom line only with ``--as`` somebody to whom the door is open (S6.1)."""
    if pk is None:
        raise Unusable("which opportunity? tuoke export negotiation ID -o FILE")
    deal = _deal(who, pk) if who.may(Permission.NEGOTIATION_READ) else None
    if deal is None:
        raise Unusable(f"there is no opportunity {pk}")
    return plan_document(who, deal, today=timezone.localdate())


def _proposal(who: Principal, pk: int | None) -> Document:
    """The latest version of a deal's proposal; what it says now, as a draft, where none was made. It carries prices."""
    deal = _deal(who, pk) if who.may(Permission.OFFER_READ) else None
    if deal is None:
        raise Unusable(
            "which opportunity? tuoke export proposal OPPORTUNITY -o FILE"
            if pk is None
            else f"there is no opportunity {pk}"
        )
    related = ("proposal__opportunity__customer", "proposal__opportunity__owner")
    versions = ProposalVersion.objects.visible_to(who).filter(proposal__opportunity=deal).select_related(*related)
    version = versions.filter(proposal__withdrawn_at=None).first()
    if version is not None:
        return proposal_document(version)
    proposal = current_proposal(deal)
    if proposal is None:
        raise Unusable(f"opportunity {pk} has no proposal")
    frozen = frozen_now(proposal, today=timezone.localdate())
    return draft_document(frozen, version=ProposalVersion(proposal=proposal, number=0))


def _review(who: Principal, pk: int | None) -> Document:
    """项目复盘报告: the final one; what it says now, as a draft, before that."""
    deal = _deal(who, pk) if pk is not None and who.may(Permission.REVIEW_READ) else None
    if deal is None:
        raise Unusable(
            "which opportunity? tuoke export review OPPORTUNITY -o FILE"
            if pk is None
            else f"there is no opportunity {pk}"
        )
    page = review_page(who, deal, now=timezone.now())
    number = page.reports[0].number if page.review.is_final and page.reports else 0
    return review_document(page.content, number=number, today=timezone.localdate())


def _kickoff(who: Principal, pk: int | None) -> Document:
    """《项目启动计划》 of one deal (S7.2)."""
    if pk is None:
        raise Unusable("which opportunity? tuoke export kickoff OPPORTUNITY -o FILE")
    deal = _deal(who, pk) if who.may(Permission.PROJECT_READ) else None
    if deal is None:
        raise Unusable(f"there is no opportunity {pk}")
    if not has_kickoff(deal):
        raise Unusable(f"opportunity {pk} has no kick-off plan")
    return kickoff_document(who, deal, today=timezone.localdate())


def _contract(who: Principal, pk: int | None) -> Document:
    """The deal's contract: the version that was signed, else the newest, else what it says now, as a draft."""
    deal = _deal(who, pk) if who.may(Permission.CONTRACT_READ) else None
    if deal is None:
        raise Unusable(
            "which opportunity? tuoke export contract OPPORTUNITY -o FILE"
            if pk is None
            else f"there is no opportunity {pk}"
        )
    contract = current_contract(deal)
    if contract is None:
        raise Unusable(f"opportunity {pk} has no contract")
    contract.opportunity = deal
    versions = ContractVersion.objects.visible_to(who).filter(contract=contract).select_related("contract")
    version = versions.filter(pk=contract.signed_version_id or 0).first() or versions.first()
    if version is not None:
        return contract_document(version)
    return document_of(contract_now(contract, today=timezone.localdate()), standing="未定版", signed_on=None)


DOCUMENTS: dict[str, Callable[[Principal, int | None], Document]] = {
    "kickoff": _kickoff,
    "contract": _contract,
    "market-analysis": _market_analysis,
    "needs": lambda who, pk: needs_document(who, _deal(who, pk), today=timezone.localdate()),
    "negotiation": _negotiation,
    "proposal": _proposal,
    "review": _review,
    "profile": lambda who, pk: profile_document(_one_profile(who, pk), today=timezone.localdate()),
    "script": _script,
}
"""Documents for people. Kinds that stand in KINDS too have a table of exact columns as their sheet."""
