"""migrate, org load, doctor."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from tuoke.base.accounts.actions import load_organisation
from tuoke.base.accounts.models import User
from tuoke.base.kernel.verdict import Refused
from tuoke.doors.cli.refusal import Unusable, answer, shell
from tuoke.services.health import queries as health
from tuoke.spine.library.actions import load_starter
from tuoke.spine.playbook.actions import load_default


def add(commands: Any) -> None:
    migrate = commands.add_parser(
        "migrate", help="bring the schema, the shipped playbook and the starter library up to date"
    )
    migrate.set_defaults(func=run_migrate)

    org = commands.add_parser("org", help="departments and users").add_subparsers(required=True, metavar="ACTION")
    load = org.add_parser("load", help="bring departments and users to what FILE says; idempotent")
    load.add_argument("file", metavar="FILE.yaml")
    load.add_argument("--json", action="store_true")
    load.set_defaults(func=run_org_load)

    doctor = commands.add_parser("doctor", help="check the installation")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(func=run_doctor)


def run_migrate(arguments: argparse.Namespace) -> int:
    migrate()
    return 0


def migrate() -> None:
    """Apply what is missing; plant what every installation needs: the shipped playbook and the starter library."""
    call_command("migrate", verbosity=0, interactive=False)
    load_default(by=shell(), now=timezone.now())
    load_starter(by=shell(), now=timezone.now())


def run_org_load(arguments: argparse.Namespace) -> int:
    path = Path(arguments.file)
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise Unusable(f"{path}: {problem}") from None
    try:
        result = load_organisation(document=document, by=shell(), now=timezone.now())
    except Refused as refusal:
        said = (f"{r.params['at']}: {r.params['wrong']} ({r.params['right']})" for r in refusal.verdict.reasons)
        raise Unusable(f"{path}: " + "; ".join(said)) from None
    answer(asdict(result), as_json=arguments.json)
    return 0


def run_doctor(arguments: argparse.Namespace) -> int:
    """Exit 0 when all is well, 1 when something needs a hand."""
    findings = health.findings()
    report = {
        "ok": not findings,
        "database": health.database(),
        "data_dir": str(settings.DATA_DIR),
        "free_mb": health.free_megabytes(),
        "users": User.objects.count() if "schema" not in findings and "database" not in findings else None,
        "problems": findings,
    }
    answer(report, as_json=arguments.json)
    return 0 if report["ok"] else 1
