"""The database itself refuses to change what was agreed (S6.2, S7.1).

SQLite drops a table's triggers when a later migration rebuilds the table: such a migration runs ``freeze`` again.
"""

from django.db import migrations

MESSAGE = "what was agreed is frozen"
TABLE = "rounds_agreedterms"
SAID = (
    "opportunity_id", "number", "price", "delivery_days", "payment", "extras", "clauses", "round_id", "with_whom",
    "agreed_on", "note", "from_inside", "made_by_id", "made_at",
)  # fmt: skip
REOPENED = ("reopened_by_id", "reopened_at", "reopened_reason")


def condition(differs):
    def any_of(names):
        return " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in names)

    ended = "OLD.state IN ('reopened', 'withdrawn')"
    return (
        f"{any_of(SAID)} OR ({ended} AND ({any_of(('state', *REOPENED))}))"
        " OR (OLD.state = 'refused' AND NEW.state NOT IN ('refused', 'withdrawn'))"
        " OR (OLD.state = 'stands' AND NEW.state NOT IN ('stands', 'reopened'))"
    )


SQLITE = f"""
CREATE TRIGGER rounds_agreed_frozen BEFORE UPDATE ON {TABLE} FOR EACH ROW
WHEN {condition("IS NOT")}
BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
"""

POSTGRESQL = f"""
CREATE FUNCTION rounds_agreed_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER rounds_agreed_frozen BEFORE UPDATE ON {TABLE} FOR EACH ROW
WHEN ({condition("IS DISTINCT FROM")})
EXECUTE FUNCTION rounds_agreed_frozen()
"""


def freeze(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE, params=None)


def thaw(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER rounds_agreed_frozen ON {TABLE}")
        schema_editor.execute("DROP FUNCTION rounds_agreed_frozen()")
    else:
        schema_editor.execute("DROP TRIGGER rounds_agreed_frozen")


class Migration(migrations.Migration):
    dependencies = [("rounds", "0001_initial")]
    operations = [migrations.RunPython(freeze, thaw)]
