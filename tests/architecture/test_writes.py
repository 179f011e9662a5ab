"""Only actions write."""

import ast

import pytest

from tests.architecture.layers import ROOT

WRITES = {
    "save", "create", "bulk_create", "bulk_update", "update", "delete", "get_or_create", "update_or_create", "acreate", "asave",
    "create_user", "set_password", "executemany",
}  # fmt: skip
HOUSE = ROOT / "src/tuoke"
# Beside actions: the engine room of services (their own tables), models' own managers, migrations, front-end build.
ALLOWED_STEMS = {"actions", "assets", "messages"}
ALLOWED_PARTS = {"migrations", "management", "actions"}
ENGINE_ROOMS = {
    "base/accounts/models.py",
    "base/records/bulk.py",
    "base/records/bulk_changes.py",
    "services/jobs/worker.py",
    "services/jobs/beats.py",
    "services/jobs/ticks.py",
    "services/jobs/work.py",
}
NOT_DATABASE = {
    "lines",
    "hashlib",
    "digest",
    "seen",
    "counts",
    "facts",
    "messages",
    "grams",
    "hasher",
    "reasons",
    "found",
    "sha",
    "values",
    "grants",
    "self.reasons",
    "lost",
    "taken",
    "notes.hidden_rows",
    "word_file",
    "code",
}


def readers():
    for path in sorted(HOUSE.rglob("*.py")):
        inside = path.relative_to(HOUSE)
        if path.stem in ALLOWED_STEMS or ALLOWED_PARTS & set(inside.parts) or str(inside) in ENGINE_ROOMS:
            continue
        yield path


def writes_in(source: str) -> list[str]:
    return [
        f"line {call.lineno}: .{call.func.attr}()"
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in WRITES
        and ast.unparse(call.func.value) not in NOT_DATABASE
        and not _is_super(call.func.value)
    ]


def _is_super(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "super"


@pytest.mark.parametrize("path", list(readers()), ids=lambda p: str(p.relative_to(HOUSE)))
def test_only_actions_write(path):
    assert writes_in(path.read_text()) == []


@pytest.mark.parametrize(
    "planted",
    [
        "Lead.objects.create(company='x')",
        "lead.save()",
        "Lead.objects.filter(pk=1).update(company='y')",
        "lead.delete()",
    ],
)
def test_the_check_finds_what_is_planted(planted):
    assert len(writes_in(planted)) == 1
