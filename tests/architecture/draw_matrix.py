"""``python -m tests.architecture.draw_matrix``: what is true now, in the form of ``access_matrix.yaml``, to be read before it is kept.

Runs as a test in disguise, on a database of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from django.test import Client


def method_of(name, access, world) -> str:
    """As it stands in the matrix; of a new address: get where it can be looked at, else post."""
    if name in access.MATRIX:
        return access.MATRIX[name]["method"]
    return "post" if access.ask(Client(), name, world, method="get").status_code == 405 else "get"


@pytest.mark.django_db
def test_draw(company, playbook, now):
    from tests.architecture import test_access as access
    from tests.architecture.test_views import ROUTES
    from tests.architecture.world import make_world

    world = make_world(company, now)
    rows: dict[str, dict[str, str]] = {name: {"method": method_of(name, access, world)} for name in ROUTES}
    for actor in access.ACTORS:
        for name, answer in access.answers(actor, company, world, {n: row["method"] for n, row in rows.items()}):
            rows[name][actor] = access.outcome(answer)
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, row in rows.items():
        groups.setdefault(tuple(row[a] for a in access.ACTORS), []).append(name)
    lines = []
    for number, (outcomes, names) in enumerate(groups.items()):
        said = ", ".join(
            f'{a}: "{o}"' if o.isdigit() else f"{a}: {o}" for a, o in zip(access.ACTORS, outcomes, strict=True)
        )
        for index, name in enumerate(names):
            anchor = f"&group{number} {{{said}}}" if index == 0 else ""
            start = f'"{name}": {{method: {rows[name]["method"]}, <<: '
            lines.append(start + (anchor or f"*group{number}") + "}")
    Path(sys.argv[-1] if sys.argv[-1].endswith(".yaml") else "/tmp/matrix.yaml").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(pytest.main(["-q", "-p", "no:randomly", __file__]))
