"""PostgreSQL puts blanks first in a falling order; the deal list wants them last. SQLite's own order needs nothing."""

from django.db import migrations

INDEXES = {"deals_amount_last": "amount", "deals_close_last": "expected_close_on"}


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, column in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON deals_opportunity ({column} DESC NULLS LAST, id DESC)")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("deals", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
