"""The database itself refuses to change what was sent to a customer, and what he confirmed (S4.3).

SQLite drops a table's triggers when a later migration rebuilds the table: such a migration runs ``freeze`` again.
"""

from django.db import migrations

MESSAGE = "what was sent to a customer or confirmed by him is frozen"
TABLE = "discovery_confirmation"
SENT = ("opportunity_id", "number", "content", "message", "sent_by_id", "sent_at")
CONFIRMED = ("recipient", "choices", "confirmed_content", "confirmed_name", "confirmed_ip", "confirmed_agent", "seal")


def condition(differs):
    def any_of(names):
        return " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in names)

    return f"{any_of(SENT)} OR (OLD.confirmed_at IS NOT NULL AND ({any_of(('confirmed_at', *CONFIRMED))}))"


SQLITE = f"""
CREATE TRIGGER needs_confirmation_frozen BEFORE UPDATE ON {TABLE} FOR EACH ROW
WHEN {condition("IS NOT")}
BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
"""

POSTGRESQL = f"""
CREATE FUNCTION needs_confirmation_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER needs_confirmation_frozen BEFORE UPDATE ON {TABLE} FOR EACH ROW
WHEN ({condition("IS DISTINCT FROM")})
EXECUTE FUNCTION needs_confirmation_frozen()
"""


def freeze(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE, params=None)


def thaw(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER needs_confirmation_frozen ON {TABLE}")
        schema_editor.execute("DROP FUNCTION needs_confirmation_frozen()")
    else:
        schema_editor.execute("DROP TRIGGER needs_confirmation_frozen")


class Migration(migrations.Migration):
    dependencies = [("discovery", "0003_confirmations")]
    operations = [migrations.RunPython(freeze, thaw)]
