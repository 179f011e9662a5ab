"""The house as a list of rooms, read from the same contracts that lint-imports checks."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = {
    c["id"]: c for c in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}


def stack() -> list[str]:
    """Every package, lowest first, as it may be imported: ``base.kernel``, ``base.ui`` … ``config``."""
    order: list[str] = []
    for floor in reversed(CONTRACTS["stack"]["layers"]):
        rooms = CONTRACTS.get(floor, {}).get("layers")
        if rooms:
            order += [f"{floor}.{room}" for room in reversed(rooms)]
        elif floor == "services":
            order += [m.removeprefix("tuoke.") for m in CONTRACTS["services"]["modules"]]
        else:
            order.append(floor)
    return order


RANK = {name: rank for rank, name in enumerate(stack())}


def room_of(module: str) -> str:
    """``tuoke.spine.deals.models`` → ``spine.deals``."""
    parts = module.split(".")[1:]
    two = ".".join(parts[:2])
    return two if two in RANK else parts[0]
