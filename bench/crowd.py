"""A million leads within a minute or two: some real ones, multiplied by one statement while the indexes are away."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from tuoke.spine.customers.models import Lead

STEP = 100_000


def crowd(count: int, *, own: Mapping[str, str] | None = None) -> None:
    """Bring the leads up to ``count`` by copies of those that are there, each under a name of its own.

    Names, keys, sounds, phones and wishes are all different; ages, scores and owners are those of the originals, but
    for the columns of which ``own`` has an expression (``%(copy)s`` is the number of the copy).
    """
    have = Lead.objects.count()
    if have >= count:
        return
    assert have, "import some leads first"
    put_back = _indexes()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys = OFF")  # copies point where their originals do
        for statement, _ in put_back:
            cursor.execute(statement)
        last = Lead.objects.order_by("-pk").values_list("pk", flat=True)[0]
        first = Lead.objects.order_by("pk").values_list("pk", flat=True)[0]
        copies, left = 0, count - have
        while left > 0:
            copies += 1
            taken = min(have, left)
            cursor.execute(_copy(own or {}), {"copy": copies, "first": first, "last": last, "limit": taken})
            left -= taken
        for _, statement in put_back:
            cursor.execute(statement)
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys = ON")
    assert Lead.objects.count() == count


def _copy(changed: Mapping[str, str]) -> str:
    """One more lead for each original; what identifies it carries the number of the copy."""
    quote = connection.ops.quote_name
    fields = [field for field in Lead._meta.concrete_fields if not field.primary_key]
    is_postgresql = connection.vendor == "postgresql"
    marked = "'·' || %(copy)s || '·' || id"
    own = {
        "public_id": "gen_random_uuid()" if is_postgresql else "lower(hex(randomblob(16)))",
        "company": f"company || {marked}",
        "party_key": f"substr(party_key, 1, 90) || {marked}",
        "core": f"substr(core, 1, 30) || {marked}",
        "sound": "sound + %(copy)s * 7919 + id * 104729"
        if not is_postgresql
        else "(hashtext(core) * 65536::bigint) + %(copy)s * 7919 + id",
        "phone": "'+86' || (13000000000 + (id * 1000003 + %(copy)s * 7919) %% 6999999999)",
        "email": "CASE WHEN email = '' THEN '' ELSE %(copy)s || '.' || id || '@example.com' END",
        "want_key": f"substr(want_key, 1, 30) || {marked}",
        **changed,
    }
    columns = ", ".join(quote(field.column) for field in fields)
    values = ", ".join(own.get(field.column, quote(field.column)) for field in fields)
    table = quote(Lead._meta.db_table)
    return (
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table}"
        " WHERE id BETWEEN %(first)s AND %(last)s ORDER BY id LIMIT %(limit)s"
    )


def _indexes() -> list[tuple[str, str]]:
    """Statements that take away each index of the table and put it back; what constraints need stays."""
    table = Lead._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN"
                " (SELECT conname FROM pg_constraint)",
                [table],
            )
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL",
                [table],
            )
        return [(f'DROP INDEX "{name}"', sql) for name, sql in cursor.fetchall()]
