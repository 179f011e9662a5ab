"""All records in the order of one key, a stretch at a time: the search for look-alikes walks along it (S2.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from django.db import connection

from tuoke.spine.customers.queries.lookups import COLUMNS_OF_CONTACT, COLUMNS_OF_CUSTOMER, COLUMNS_OF_LEAD, Row


class Stage(StrEnum):
    """The keys, in their order."""

    CODE = "code"
    PHONE = "phone"
    EMAIL = "email"
    SOUND = "sound"
    CORE = "core"


STAGES: Final = tuple(Stage)
_REAL_LEAD = "NOT l.is_practice AND l.status IN ('open', 'converted')"
_REAL_CUSTOMER = "NOT c.is_practice AND c.merged_into_id IS NULL"
_CONTACT = "customers_contact p JOIN customers_customer c ON c.id = p.customer_id LEFT JOIN accounts_user u ON u.id = c.owner_id"


class Arm(NamedTuple):
    """One table of a stage: what it is called in cursors, its columns, where they come from, key and id."""

    name: str
    columns: str
    table: str
    real: str
    key: str
    id: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows with their keys, in order; ``is_last`` where nothing comes behind them."""

    rows: Sequence[tuple[Any, Row]]
    places: Sequence[list[Any]]
    is_last: bool


def _lead(column: str) -> Arm:
    return Arm(
        "lead",
        COLUMNS_OF_LEAD,
        "customers_lead l LEFT JOIN accounts_user u ON u.id = l.owner_id",
        _REAL_LEAD,
        f"l.{column}",
        "l.id",
    )


def _customer(column: str) -> Arm:
    return Arm(
        "customer",
        COLUMNS_OF_CUSTOMER,
        "customers_customer c LEFT JOIN accounts_user u ON u.id = c.owner_id",
        _REAL_CUSTOMER,
        f"c.{column}",
        "c.id",
    )


def _contact(column: str) -> Arm:
    return Arm("person", COLUMNS_OF_CONTACT, _CONTACT, _REAL_CUSTOMER, f"p.{column}", "p.id")


_ARMS: Mapping[Stage, tuple[Arm, ...]] = {
    Stage.CODE: (_lead("credit_code"), _customer("credit_code")),
    Stage.PHONE: (_lead("phone"), _customer("phone"), _contact("phone")),
    Stage.EMAIL: (_lead("email"), _contact("email")),
    Stage.SOUND: (_lead("sound"), _customer("sound")),
    Stage.CORE: (_lead("core"), _customer("core")),
}


def stretch_of(stage: Stage, *, after: Sequence[Any], size: int) -> Stretch:
    """The next rows behind a place (``[]`` is the beginning). One statement along one index a table."""
    arms, values = [], []
    for arm in _ARMS[stage]:
        condition, bound = _behind(arm, after)
        filled = f"{arm.key} IS NOT NULL" if stage is Stage.SOUND else f"NOT ({arm.key} = '')"
        arms.append(
            f"SELECT * FROM (SELECT {arm.key} AS place, '{arm.name}' AS source, {arm.id} AS place_id, {arm.columns}"  # noqa: S608
            f" FROM {arm.table} WHERE {filled} AND {arm.real}{condition} ORDER BY {arm.key}, {arm.id} LIMIT %s) {arm.name}s"
        )
        values += [*bound, size]
    sql = f"SELECT * FROM ({' UNION ALL '.join(arms)}) f ORDER BY place, source, place_id LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, size])
        found = cursor.fetchall()
    rows = [(row[0], Row(*row[3:])) for row in found]
    return Stretch(rows, [list(row[:3]) for row in found], is_last=len(found) < size)


def _behind(arm: Arm, after: Sequence[Any]) -> tuple[str, list[Any]]:
    """Rows behind the place in the order of (key, source, id)."""
    if not after:
        return "", []
    key, source, pk = after
    if arm.name == source:
        return f" AND {arm.key} >= %s AND ({arm.key} > %s OR {arm.id} > %s)", [key, key, pk]
    comes_later = arm.name > source
    return f" AND {arm.key} {'>=' if comes_later else '>'} %s", [key]
