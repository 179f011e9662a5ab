"""The database itself refuses to change or delete what a bottom line once was (S6.1).

SQLite drops a table's triggers when a later migration rebuilds the table: such a migration runs ``freeze`` again.
"""

from django.db import migrations

MESSAGE = "what a bottom line once was is frozen"
TABLE = "negotiation_bottomlineversion"
VERBS = ("update", "delete")


def freeze(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    if is_postgresql:
        schema_editor.execute(
            "CREATE FUNCTION negotiation_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
            params=None,
        )
    refuse = (
        "EXECUTE FUNCTION negotiation_line_frozen()" if is_postgresql else f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )
    for verb in VERBS:
        schema_editor.execute(
            f"CREATE TRIGGER negotiation_line_frozen_{verb} BEFORE {verb} ON {TABLE} FOR EACH ROW {refuse}", params=None
        )


def thaw(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for verb in VERBS:
        schema_editor.execute(
            f"DROP TRIGGER negotiation_line_frozen_{verb}" + (f" ON {TABLE}" if is_postgresql else "")
        )
    if is_postgresql:
        schema_editor.execute("DROP FUNCTION negotiation_line_frozen()")


class Migration(migrations.Migration):
    dependencies = [("negotiation", "0001_initial")]
    operations = [migrations.RunPython(freeze, thaw)]
