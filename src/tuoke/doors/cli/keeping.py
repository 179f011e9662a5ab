"""backup and restore."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.utils import timezone

from tuoke.base.kernel.verdict import Refused
from tuoke.doors.cli.refusal import Unusable
from tuoke.services.backups import actions

WORDS = {
    "no_folder": "there is no folder {folder}",
    "no_pg_dump": "{tool} is not on the path; it comes with PostgreSQL's client",
    "no_pg_restore": "{tool} is not on the path; it comes with PostgreSQL's client",
    "dump_failed": "the database could not be copied: {said}",
    "restore_failed": "the database could not be brought back: {said}",
    "not_a_backup": "this is not a backup of tuoke, or a damaged one: {said}",
    "damaged": "the backup is damaged: what it holds is not what its manifest says; nothing was changed",
    "other_database": "the backup is of {backup}, this installation runs on {here}",
    "not_empty": "this installation already has people; a backup only goes into an empty one",
}


def add(commands: Any) -> None:
    backup = commands.add_parser("backup", help="a consistent copy of database and files while running")
    backup.add_argument("folder", metavar="DIR", type=Path)
    backup.set_defaults(func=run_backup)
    restore = commands.add_parser("restore", help="bring a backup back into an empty installation")
    restore.add_argument("file", metavar="FILE", type=Path)
    restore.set_defaults(func=run_restore)


def run_backup(arguments: argparse.Namespace) -> int:
    try:
        print(actions.take(folder=arguments.folder, now=timezone.now()))
    except Refused as refusal:
        raise _said(refusal) from None
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    try:
        manifest = actions.bring_back(file=arguments.file)
    except Refused as refusal:
        raise _said(refusal) from None
    print(f"restored the backup of {manifest['taken_at']}")
    return 0


def _said(refusal: Refused) -> Unusable:
    return Unusable("; ".join(WORDS[r.code].format_map(r.params) for r in refusal.verdict.reasons))
