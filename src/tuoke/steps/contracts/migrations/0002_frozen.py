"""The database itself refuses to change a version of a contract (S7.1).

SQLite drops a table's triggers when a later migration rebuilds the table: such a migration runs ``freeze`` again.
"""

from django.db import migrations

MESSAGE = "a version of a contract is frozen"
TABLE = "contracts_contractversion"

SQLITE = f"""
CREATE TRIGGER contract_version_frozen BEFORE UPDATE ON {TABLE} FOR EACH ROW
BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
"""

POSTGRESQL = f"""
CREATE FUNCTION contract_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER contract_version_frozen BEFORE UPDATE ON {TABLE} FOR EACH ROW
EXECUTE FUNCTION contract_version_frozen()
"""


def freeze(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE, params=None)


def thaw(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER contract_version_frozen ON {TABLE}")
        schema_editor.execute("DROP FUNCTION contract_version_frozen()")
    else:
        schema_editor.execute("DROP TRIGGER contract_version_frozen")


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial")]
    operations = [migrations.RunPython(freeze, thaw)]
