"""The index look-ups behind every check for duplicates: what might be the same party, and no row beyond (S2.3).

Each look-up reads a few entries at one place of one index, so that it costs the same at a thousand leads and at a
million: equal keys, phones, addresses, codes; neighbours in the order of names; names that sound the same.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection

from tuoke.spine.customers.rules import traces_of
from tuoke.spine.customers.rules.similarity import Sketch, base_number

MOST = 10
"""Rows of one look-up."""
NEAR = 12
"""Neighbours on each side in the order of names."""
MOST_WANTS = 2000
"""Wishes by which a bulk look-up is narrowed in the database."""
MOST_OF_KEY = {"sound": 20, "phone": 100, "email": 100, "code": 100}
"""Rows of one key in a bulk look-up, so that a switchboard or a name that everybody bears costs no more than any other.
What has the very same name and wish is read wholly."""

COLUMNS_OF_LEAD = (
    "'lead' AS kind, l.id, l.company AS name, l.contact, l.phone, l.email, l.wechat, l.credit_code, l.party_key AS party,"
    " l.want_key AS want, l.market, l.status, l.owner_id, l.merged_into_id, l.core, u.name"
)
COLUMNS_OF_CUSTOMER = (
    "'customer' AS kind, c.id, c.name, '' AS contact, c.phone, '' AS email, '' AS wechat, c.credit_code, c.name_key AS party,"
    " NULL AS want, c.market, '' AS status, c.owner_id, c.merged_into_id, c.core, u.name"
)
COLUMNS_OF_CONTACT = (
    "'customer' AS kind, c.id, c.name, p.name AS contact, p.phone, p.email, p.wechat, c.credit_code, c.name_key AS party,"
    " NULL AS want, c.market, '' AS status, c.owner_id, c.merged_into_id, c.core, u.name"
)
_NAMED = ", u.name"
_OWNERS = " LEFT JOIN accounts_user u ON u.id = {}.owner_id"
_FROM_LEAD = "customers_lead l LEFT JOIN accounts_user u ON u.id = l.owner_id WHERE NOT l.is_practice"
_FROM_CUSTOMER = "customers_customer c LEFT JOIN accounts_user u ON u.id = c.owner_id WHERE NOT c.is_practice"
_FROM_CONTACT = (
    "customers_contact p JOIN customers_customer c ON c.id = p.customer_id"
    " LEFT JOIN accounts_user u ON u.id = c.owner_id WHERE NOT c.is_practice"
)


class Row(NamedTuple):
    """A record that a look-up found, with what it is compared by. Of a contact: his customer, with his addresses."""

    kind: str
    id: int
    name: str
    contact: str
    phone: str
    email: str
    wechat: str
    credit_code: str
    party: str
    want: str | None
    market: str
    status: str
    owner_id: int | None
    merged_into_id: int | None
    core: str
    owner: str | None

    @property
    def sketch(self) -> Sketch:
        is_person = self.kind == "customer" and self.market == "toc"
        return Sketch(
            party=_person(self) if is_person else self.party,
            company="" if is_person else self.name,
            phones=(self.phone,) if self.phone else (),
            emails=(self.email.casefold(),) if self.email else (),
            wechat=self.wechat,
            contact=self.contact or (self.name if is_person else ""),
            credit_code=self.credit_code,
            want=self.want,
        )


Way = tuple[str, Any]
"""A kind of key and its value."""
_EQUAL = (
    ("party", COLUMNS_OF_LEAD, _FROM_LEAD, "l.party_key"),
    ("sound", COLUMNS_OF_LEAD, _FROM_LEAD, "l.sound"),
    ("phone", COLUMNS_OF_LEAD, _FROM_LEAD, "l.phone"),
    ("email", COLUMNS_OF_LEAD, _FROM_LEAD, "l.email"),
    ("code", COLUMNS_OF_LEAD, _FROM_LEAD, "l.credit_code"),
    ("party", COLUMNS_OF_CUSTOMER, _FROM_CUSTOMER, "c.name_key"),
    ("sound", COLUMNS_OF_CUSTOMER, _FROM_CUSTOMER, "c.sound"),
    ("phone", COLUMNS_OF_CUSTOMER, _FROM_CUSTOMER, "c.phone"),
    ("phone", COLUMNS_OF_CONTACT, _FROM_CONTACT, "p.phone"),
    ("email", COLUMNS_OF_CONTACT, _FROM_CONTACT, "p.email"),
    ("code", COLUMNS_OF_CUSTOMER, _FROM_CUSTOMER, "c.credit_code"),
)
_BY_PARTY = frozenset({"sound", "party"})


class Lookup(NamedTuple):
    """One look-up: ``SELECT`` of ``Row``'s columns, and its values."""

    sql: str
    values: tuple[Any, ...]


def rows_like(sketch: Sketch) -> list[Row]:
    """What might be the same party, each record once (a customer once for each of his people that was found). One
    statement."""
    lookups = lookups_for(sketch)
    return list(dict.fromkeys(_rows(lookups))) if lookups else []


def lookups_for(sketch: Sketch) -> list[Lookup]:
    found: list[Lookup] = []
    if sketch.party:
        found += [
            _lead("l.party_key = %s AND l.want_key = %s", sketch.party, sketch.want or ""),
            _lead("l.party_key = %s", sketch.party),
        ]
    if sketch.company:
        found.append(_customer("c.name_key = %s", sketch.party))
        found += _by_name(sketch.company)
    for phone in sketch.phones:
        first = base_number(phone)
        found += [
            _lead("NOT (l.phone = '') AND l.phone >= %s AND l.phone < %s", first, f"{first}y", order="l.phone, l.id"),
            _customer("NOT (c.phone = '') AND c.phone >= %s AND c.phone < %s", first, f"{first}y"),
            _reached("NOT (p.phone = '') AND p.phone >= %s AND p.phone < %s", first, f"{first}y"),
        ]
    for email in sketch.emails:
        found += [
            _lead("NOT (l.email = '') AND l.email = %s", email),
            _reached("NOT (p.email = '') AND p.email = %s", email),
        ]
    if sketch.credit_code:
        found += [
            _lead("NOT (l.credit_code = '') AND l.credit_code = %s", sketch.credit_code),
            _customer("NOT (c.credit_code = '') AND c.credit_code = %s", sketch.credit_code),
        ]
    return found


def rows_among(sketches: Sequence[Sketch]) -> dict[Way, list[Row]]:
    """What might be the same party as any of these, by equality only: the rows by the way in which they were found,
    without their owners' names. One statement a kind of key, at most eleven."""
    wants = sorted({sketch.want for sketch in sketches if sketch.want} | {""})
    anything = any(not sketch.want for sketch in sketches)
    wished = () if anything or len(wants) > MOST_WANTS else tuple(wants)
    asked: dict[str, set[Any]] = defaultdict(set)
    for sketch in sketches:
        for name, value in ways_of(sketch):
            asked[name].add(value)
    found: dict[Way, list[Row]] = defaultdict(list)
    for name, columns, table, column in _EQUAL:
        if asked[name]:
            narrows = table is _FROM_LEAD and name in _BY_PARTY
            for key, row in _among(name, columns, table, column, asked[name], wished if narrows else ()):
                found[name, key].append(row)
    return found


def ways_of(sketch: Sketch) -> Iterator[Way]:
    """By what two sketches may meet; by the very same name first."""
    if sketch.party:
        yield "party", sketch.party
    if sketch.company:
        sound = traces_of(sketch.company).sound
        if sound is not None:
            yield "sound", sound
    for phone in sketch.phones:
        yield "phone", phone
    for email in sketch.emails:
        yield "email", email
    if sketch.credit_code:
        yield "code", sketch.credit_code


def _among(
    name: str, columns: str, table: str, column: str, values: set[Any], wants: Sequence[str]
) -> Iterator[tuple[Any, Row]]:
    columns, table = _without_owners(columns), _without_owners(table)
    wanted = sorted(values)
    wish = f" AND l.want_key IN ({_marks(wants)})" if wants else ""
    filled = "" if name == "sound" else f" AND NOT ({column} = '')"
    condition = f"{table} AND {column} = k.value{filled}{wish}"
    most = MOST_OF_KEY.get(name)
    if most is None:
        sql = f"SELECT {column}, {columns} FROM {table} AND {column} IN ({_marks(wanted)}){filled}{wish}"  # noqa: S608
        asked: list[Any] = wanted
    elif connection.vendor == "postgresql":
        kind = "bigint" if name == "sound" else "text"
        few = f"SELECT {columns} FROM {condition} LIMIT {most}"  # noqa: S608  # our own names
        sql = f"SELECT k.value, f.* FROM unnest(%s::{kind}[]) AS k(value) CROSS JOIN LATERAL ({few}) f"  # noqa: S608
        asked = [wanted]
    else:
        pk = f"{column[0]}.id"
        few = f"SELECT {pk} FROM {condition} LIMIT {most}"  # noqa: S608  # our own names
        sql = f"SELECT k.value, {columns} FROM json_each(%s) k CROSS JOIN {table} AND {pk} IN ({few})"  # noqa: S608
        asked = [json.dumps(wanted)]
    with connection.cursor() as cursor:
        for key, *row in _fetched(cursor, sql, [*asked, *wants]):
            yield key, Row._make((*row, None))


def _without_owners(sql: str) -> str:
    return sql.removesuffix(_NAMED).replace(_OWNERS.format("l"), "").replace(_OWNERS.format("c"), "")


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def rows_of(kind: str, ids: Iterable[int]) -> list[Row]:
    """These records themselves."""
    wanted = sorted(set(ids))
    if not wanted:
        return []
    marks = _marks(wanted)
    if kind == "lead":
        return _rows([Lookup(f"SELECT {COLUMNS_OF_LEAD} FROM {_FROM_LEAD} AND l.id IN ({marks})", tuple(wanted))])  # noqa: S608
    return _rows([Lookup(f"SELECT {COLUMNS_OF_CUSTOMER} FROM {_FROM_CUSTOMER} AND c.id IN ({marks})", tuple(wanted))])  # noqa: S608


def _by_name(company: str) -> list[Lookup]:
    core, sound = traces_of(company)
    if not core:
        return []
    return [
        lookup
        for table, one in (("l", _lead), ("c", _customer))
        for lookup in (
            one(f"NOT ({table}.core = '') AND {table}.core >= %s", core, order=f"{table}.core, {table}.id", most=NEAR),
            one(
                f"NOT ({table}.core = '') AND {table}.core < %s", core,
                order=f"{table}.core DESC, {table}.id DESC", most=NEAR,
            ),
            one(f"{table}.sound IS NOT NULL AND {table}.sound = %s", sound, most=NEAR),
        )
    ]  # fmt: skip


def _lead(condition: str, *values: Any, order: str = "l.id DESC", most: int = MOST) -> Lookup:
    return Lookup(f"SELECT {COLUMNS_OF_LEAD} FROM {_FROM_LEAD} AND {condition} ORDER BY {order} LIMIT {most}", values)  # noqa: S608


def _customer(condition: str, *values: Any, order: str = "c.id DESC", most: int = MOST) -> Lookup:
    return Lookup(
        f"SELECT {COLUMNS_OF_CUSTOMER} FROM {_FROM_CUSTOMER} AND {condition} ORDER BY {order} LIMIT {most}",  # noqa: S608
        values,
    )


def _reached(condition: str, *values: Any) -> Lookup:
    return Lookup(
        f"SELECT {COLUMNS_OF_CONTACT} FROM {_FROM_CONTACT} AND {condition} ORDER BY c.id DESC LIMIT {MOST}",  # noqa: S608
        values,
    )


def _rows(lookups: Sequence[Lookup]) -> list[Row]:
    """SQLite answers from within the process, statement by statement; from a server all comes in one."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return [Row(*row) for lookup in lookups for row in _fetched(cursor, lookup.sql, lookup.values)]
        arms = " UNION ALL ".join(f"SELECT * FROM ({lookup.sql}) a{n}" for n, lookup in enumerate(lookups))  # noqa: S608
        values = tuple(value for lookup in lookups for value in lookup.values)
        return [Row(*row) for row in _fetched(cursor, arms, values)]


def _fetched(cursor: Any, sql: str, values: Sequence[Any]) -> list[Any]:
    cursor.execute(sql, values)
    found: list[Any] = cursor.fetchall()
    return found


def _person(row: Row) -> str:
    return f"p:{row.phone}" if row.phone else f"n:{row.party}"
