"""How big a file may be, and the refusal of one that can't be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MB = 1024 * 1024


class Unreadable(Exception):
    """The file as a whole can't be taken; nothing was read from it. ``code`` and ``params`` say why.

    not_a_table(says, found), empty_file, empty_sheet(sheet), too_large(what, limit), too_many_columns(columns, limit),
    bomb(why), encrypted, unknown_sheet(sheet, sheets), broken_file(why), no_header.
    """

    def __init__(self, code: str, params: Mapping[str, object] | None = None) -> None:
        super().__init__(code, dict(params or {}))
        self.code = code
        self.params: Mapping[str, object] = dict(params or {})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. Memory and processor time are those of the child process that parses it."""

    file_bytes: int = 200 * MB
    expanded_bytes: int = 1024 * MB
    entries: int = 5_000
    ratio: int = 300  # of one entry that expands to more than 64 MB; real sheets stay under 60
    columns: int = 512
    rows: int = 1_048_576
    line_chars: int = 1_000_000
    memory: int = 1024 * MB
    cpu_seconds: int = 180


LIMITS = Limits()
