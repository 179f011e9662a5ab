"""import leads, followups, needs, profile, history: files in, the figures out."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils import timezone, translation

from tuoke.base.accounts.models import User
from tuoke.base.kernel.verdict import Refused
from tuoke.doors.cli.refusal import Unusable, answer, shell
from tuoke.services.exchange.reading import Table, Unreadable, open_table
from tuoke.services.exchange.results import ImportResult, Rejected
from tuoke.services.exchange.writing import write_table
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.leads.imports import words
from tuoke.steps.leads.imports.actions import Interrupted, Options, import_leads, rehearse_leads
from tuoke.steps.leads.imports.rules import REASON_HEADER, MapOption, parse_map_option
from tuoke.steps.leads.imports.rules.runs import Duplicates


def add(commands: Any) -> None:
    kinds = commands.add_parser("import", help="take files in").add_subparsers(required=True, metavar="KIND")
    _add_leads(kinds)
    for name, run, about in (
        ("followups", run_followups, "《项目跟进记录表》"),
        ("needs", run_needs, "《客户需求清单》"),
        ("profile", run_profile, "《目标客户画像清单》"),
        ("history", run_history, "closed deals of earlier years"),
    ):
        kind = kinds.add_parser(name, help=about)
        _add_common(kind)
        kind.set_defaults(func=run)
        if name == "profile":
            kind.add_argument("--name", help="the profile to make or complete (default: the file's name)")
        if name == "history":
            _add_map(kind)


def _add_leads(kinds: Any) -> None:
    leads = kinds.add_parser("leads", help="leads from xlsx, xls or csv")
    _add_common(leads)
    _add_map(leads)
    leads.add_argument("--campaign", metavar="NAME", help="the campaign they belong to")
    target = leads.add_mutually_exclusive_group()
    target.add_argument("--owner", metavar="USERNAME", help="who gets the rows that name no owner")
    target.add_argument("--pool", action="store_true", help="they wait in the pool (default)")
    leads.add_argument("--duplicates", choices=[d.value for d in Duplicates], default=Duplicates.SKIP.value)
    leads.add_argument("--dry-run", action="store_true", help="say what would happen; write nothing")
    leads.set_defaults(func=run_leads)


def _add_common(parser: Any) -> None:
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--sheet", metavar="NAME", help="default: the first one that holds something")
    parser.add_argument("--rejects", metavar="OUT.xlsx", help="write the rejected rows and their reasons here")
    parser.add_argument("--json", action="store_true")


def _add_map(parser: Any) -> None:
    parser.add_argument(
        "--map", metavar="COLUMN=FIELD[:unit][:/regex/]", action="append", default=[], dest="maps",
        help="what a column means, may be given several times; #C names a column by its letter",
    )  # fmt: skip


def run_leads(arguments: argparse.Namespace) -> int:
    path, rejects = _readable(arguments.file), _writable(arguments.rejects)
    options = Options(
        duplicates=Duplicates(arguments.duplicates),
        owner=_owner(arguments.owner),
        campaign=_campaign(arguments.campaign),
    )
    take = rehearse_leads if arguments.dry_run else import_leads
    with _chinese(), _stoppable():
        try:
            result = take(
                path, by=shell(), options=options, map_options=_map_options(arguments.maps), sheet=arguments.sheet,
                rejects_to=rejects,
            )  # fmt: skip
        except Unreadable as problem:
            raise Unusable(f"{path}: {words.unreadable(problem.code)}") from None
        except Refused as refusal:
            raise Unusable(f"{path}: {'；'.join(words.refusals(refusal.verdict))}") from None
        except Interrupted as interrupted:
            stored = f"stored up to row {interrupted.next_row}; run the same command again to go on there"
            print(f"tuoke: {path}: interrupted ({interrupted}); {stored}", file=sys.stderr)
            return 1
    _answer(result, arguments)
    return 0


def run_followups(arguments: argparse.Namespace) -> int:
    from tuoke.spine.followups import words as followup_words
    from tuoke.spine.followups.actions import import_table

    with _opened(arguments) as table, _refusals(arguments, lambda v: followup_words.sentences(v)):
        result = import_table(table=table, by=shell(), now=timezone.now())
        headers = table.headers
    return _done(result, arguments, headers)


def run_needs(arguments: argparse.Namespace) -> int:
    from tuoke.steps.discovery import words as discovery_words
    from tuoke.steps.discovery.actions import import_table

    with _opened(arguments) as table, _refusals(arguments, lambda v: discovery_words.sentences(v)):
        result = import_table(table=table, by=shell(), now=timezone.now())
        headers = table.headers
    return _done(result, arguments, headers)


def run_profile(arguments: argparse.Namespace) -> int:
    from tuoke.steps.targeting import words as targeting_words
    from tuoke.steps.targeting.actions import import_table

    name = arguments.name or Path(arguments.file).stem
    with _opened(arguments) as table, _refusals(arguments, lambda v: map(targeting_words.right, v.reasons)):
        result = import_table(table=table, name=name, by=shell(), now=timezone.now())
        headers = table.headers
    return _done(result, arguments, headers)


def run_history(arguments: argparse.Namespace) -> int:
    from tuoke.steps.targeting import words as targeting_words
    from tuoke.steps.targeting.actions import import_history

    mapping = {
        option.column: ":".join(filter(None, [option.field, option.unit, option.pattern and f"/{option.pattern}/"]))
        for option in _map_options(arguments.maps)
    }
    with _opened(arguments) as table, _refusals(arguments, lambda v: map(targeting_words.right, v.reasons)):
        result = import_history(table=table, mapping=mapping or None, by=shell(), now=timezone.now())
        headers = table.headers
    return _done(result, arguments, headers)


def _done(result: ImportResult, arguments: argparse.Namespace, headers: tuple[str, ...]) -> int:
    if arguments.rejects:
        _write_rejects(arguments.rejects, headers, result.rejects)
    _answer(result, arguments)
    return 0


def _answer(result: ImportResult, arguments: argparse.Namespace) -> None:
    answer(result.as_json(), as_json=arguments.json)


def _write_rejects(target: str, headers: tuple[str, ...], rejects: list[Rejected]) -> None:
    rows = ([*r.cells[: len(headers)], *[None] * (len(headers) - len(r.cells)), "；".join(_said(r))] for r in rejects)
    write_table(target, headers=[*headers, REASON_HEADER], rows=rows)


def _said(rejected: Rejected) -> Iterator[str]:
    for code, field, right in rejected.reasons:
        yield " ".join(filter(None, [field, right or code]))


@contextmanager
def _opened(arguments: argparse.Namespace) -> Iterator[Table]:
    path = _readable(arguments.file)
    _writable(arguments.rejects)
    with _chinese():
        try:
            with open_table(path, filename=path.name, sheet=arguments.sheet) as table:
                yield table
        except Unreadable as problem:
            raise Unusable(f"{path}: {words.unreadable(problem.code)}") from None


@contextmanager
def _refusals(arguments: argparse.Namespace, said: Any) -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        raise Unusable(f"{arguments.file}: {'；'.join(map(str, said(refusal.verdict)))}") from None


@contextmanager
def _chinese() -> Iterator[None]:
    """What is written into files and said of rows is said in the installation's language."""
    from django.conf import settings

    with translation.override(settings.LANGUAGE_CODE):
        yield


@contextmanager
def _stoppable() -> Iterator[None]:
    """A polite end (SIGTERM) is told like Ctrl-C: how far it is stored."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # not the main thread: somebody else minds the signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _readable(name: str) -> Path:
    path = Path(name)
    try:
        with path.open("rb"):
            return path
    except OSError as problem:
        raise Unusable(f"{path}: {problem.strerror}") from None


def _writable(name: str | None) -> Path | None:
    if name is None:
        return None
    path = Path(name)
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise Unusable(f"--rejects {path}: must end with .xlsx or .csv")
    if not path.absolute().parent.is_dir():
        raise Unusable(f"--rejects {path}: there is no folder {path.parent}")
    return path


def _owner(username: str | None) -> User | None:
    if username is None:
        return None
    owner = User.objects.filter(username=username, is_active=True).first()
    if owner is None:
        raise Unusable(f"there is no active user {username!r}; see tuoke org load")
    return owner


def _campaign(name: str | None) -> Campaign | None:
    if name is None:
        return None
    campaign = Campaign.objects.filter(name=name).first()
    if campaign is None:
        known = ", ".join(Campaign.objects.values_list("name", flat=True)[:10]) or "none yet"
        raise Unusable(f"there is no campaign {name!r}; known: {known}")
    return campaign


def _map_options(texts: list[str]) -> list[MapOption]:
    options = []
    for text in texts:
        option = parse_map_option(text)
        if not isinstance(option, MapOption):
            raise Unusable(words.refusal(option))
        options.append(option)
    return options
