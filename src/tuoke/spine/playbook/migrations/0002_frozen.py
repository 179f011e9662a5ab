"""The database itself refuses to change what was published (P3): deals run on it.

SQLite drops a table's triggers when a later migration rebuilds the table: such a migration runs ``freeze`` again.
"""

from django.db import migrations

MESSAGE = "a published playbook version is frozen"
CHANGED = "OLD.status <> 'draft' AND (NEW.status = 'draft' OR {})"
FIELDS = ("playbook_id", "number", "content", "digest")

SQLITE = f"""
CREATE TRIGGER playbook_version_frozen BEFORE UPDATE ON playbook_playbookversion FOR EACH ROW
WHEN {CHANGED.format(" OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in FIELDS))}
BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
"""

POSTGRESQL = f"""
CREATE FUNCTION playbook_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER playbook_version_frozen BEFORE UPDATE ON playbook_playbookversion FOR EACH ROW
WHEN ({CHANGED.format(" OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIELDS))})
EXECUTE FUNCTION playbook_version_frozen()
"""


def freeze(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE, params=None)


def thaw(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER playbook_version_frozen ON playbook_playbookversion")
        schema_editor.execute("DROP FUNCTION playbook_version_frozen()")
    else:
        schema_editor.execute("DROP TRIGGER playbook_version_frozen")


class Migration(migrations.Migration):
    dependencies = [("playbook", "0001_initial")]
    operations = [migrations.RunPython(freeze, thaw)]
