"""The database itself refuses to change a report that was made final (S8.1).

SQLite drops a table's triggers when a later migration rebuilds the table: such a migration runs ``freeze`` again.
"""

from django.db import migrations

MESSAGE = "a final report is frozen"
TABLE = "reviews_report"

SQLITE = f"""
CREATE TRIGGER reviews_report_frozen BEFORE UPDATE ON {TABLE} FOR EACH ROW
BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
"""

POSTGRESQL = f"""
CREATE FUNCTION reviews_report_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER reviews_report_frozen BEFORE UPDATE ON {TABLE} FOR EACH ROW
EXECUTE FUNCTION reviews_report_frozen()
"""


def freeze(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE, params=None)


def thaw(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER reviews_report_frozen ON {TABLE}")
        schema_editor.execute("DROP FUNCTION reviews_report_frozen()")
    else:
        schema_editor.execute("DROP TRIGGER reviews_report_frozen")


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]
    operations = [migrations.RunPython(freeze, thaw)]
