"""The database itself refuses to change what a version said: calls, mails and interviews name the one they used.

SQLite drops a table's triggers when a later migration rebuilds the table: such a migration runs ``freeze`` again.
"""

from django.db import migrations

MESSAGE = "a version of the library is frozen"
FIELDS = ("item_id", "number", "content", "note", "by_id", "at")

SQLITE = f"""
CREATE TRIGGER library_version_frozen BEFORE UPDATE ON library_itemversion FOR EACH ROW
WHEN {" OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in FIELDS)}
BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
"""

POSTGRESQL = f"""
CREATE FUNCTION library_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER library_version_frozen BEFORE UPDATE ON library_itemversion FOR EACH ROW
WHEN ({" OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIELDS)})
EXECUTE FUNCTION library_version_frozen()
"""


def freeze(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE, params=None)


def thaw(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER library_version_frozen ON library_itemversion")
        schema_editor.execute("DROP FUNCTION library_version_frozen()")
    else:
        schema_editor.execute("DROP TRIGGER library_version_frozen")


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]
    operations = [migrations.RunPython(freeze, thaw)]
