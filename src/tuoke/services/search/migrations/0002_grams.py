"""What each database searches with. Not in Django's state: no model knows FTS5 tables or arrays on both.

A later migration that rebuilds ``search_entry`` on SQLite drops the trigger with it and has to make it again.
"""

from django.db import migrations

SQLITE = [
    # Content is stored, so that rows can be replaced on any SQLite. The ascii tokenizer splits at blanks only as far as
    # our grams go: every other character is a token character.
    "CREATE VIRTUAL TABLE search_gram USING fts5(grams, tokenize='ascii', detail='none', columnsize=0)",
    "CREATE TRIGGER search_entry_deleted AFTER DELETE ON search_entry"
    " BEGIN DELETE FROM search_gram WHERE rowid = old.id; END",
]
POSTGRESQL = [
    "ALTER TABLE search_entry ADD COLUMN grams tsvector NOT NULL DEFAULT ''",
    "CREATE INDEX search_entry_grams ON search_entry USING gin (grams)",
]


def forwards(apps, editor):
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def backwards(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER search_entry_deleted")
        editor.execute("DROP TABLE search_gram")
    else:
        editor.execute("ALTER TABLE search_entry DROP COLUMN grams")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
