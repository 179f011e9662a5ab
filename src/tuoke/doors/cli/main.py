"""The command ``tuoke``. Exit 0 done, 2 unusable input with one clear line on stderr, 1 anything else."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Parse, start Django, run. Called by the console script and by tests."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")
    try:
        import django

        django.setup()
    except Exception as problem:  # a wrong setting stops the start with one clear line, whatever noticed it
        return _refuse(problem)

    from tuoke.doors.cli.refusal import Unusable

    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.func(arguments))
    except Unusable as problem:
        return _refuse(problem)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    from tuoke.doors.cli import admin, demo, exports, imports, keeping, run, scoring, serve

    parser = argparse.ArgumentParser(prog="tuoke", description="拓客: one sales process, eight steps.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (run, serve, admin, demo, imports, exports, scoring, keeping):
        module.add(commands)
    return parser


def _refuse(problem: Exception) -> int:
    print(f"tuoke: {' '.join(str(problem).split())}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
