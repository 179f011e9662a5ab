"""Drafts with their history, notes and wishes. The table is rebuilt, so it is frozen again (see 0002)."""

import django.db.models.deletion
from django.db import migrations, models

UNPUBLISHED = ["draft", "discarded"]
CHANGED = "OLD.status NOT IN ('draft', 'discarded') AND (NEW.status IN ('draft', 'discarded') OR {})"
FIELDS = ("playbook_id", "number", "content", "digest", "base_id", "note")
MESSAGE = "a published playbook version is frozen"

SQLITE = f"""
CREATE TRIGGER playbook_version_frozen BEFORE UPDATE ON playbook_playbookversion FOR EACH ROW
WHEN {CHANGED.format(" OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in FIELDS))}
BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
"""

POSTGRESQL = f"""
CREATE TRIGGER playbook_version_frozen BEFORE UPDATE ON playbook_playbookversion FOR EACH ROW
WHEN ({CHANGED.format(" OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIELDS))})
EXECUTE FUNCTION playbook_version_frozen()
"""


def thaw(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS playbook_version_frozen ON playbook_playbookversion")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS playbook_version_frozen")


def freeze(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE, params=None)


def shipped(apps, schema_editor):
    """Until now nobody could publish but the installation itself."""
    apps.get_model("playbook", "PlaybookVersion").objects.update(origin="shipped")


class Migration(migrations.Migration):
    dependencies = [("playbook", "0002_frozen")]

    operations = [
        migrations.RunPython(thaw, migrations.RunPython.noop),
        migrations.RemoveConstraint("playbookversion", "playbook_draft_iff_unpublished"),
        migrations.AlterField(
            "playbookversion", "number", models.PositiveIntegerField(blank=True, null=True)
        ),
        migrations.AlterField(
            "playbookversion",
            "status",
            models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("published", "Published"),
                    ("retired", "Retired"),
                    ("discarded", "Discarded"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
        migrations.AddField(
            "playbookversion",
            "base",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followers",
                to="playbook.playbookversion",
            ),
        ),
        migrations.AddField("playbookversion", "note", models.CharField(blank=True, default="", max_length=500)),
        migrations.AddField(
            "playbookversion",
            "origin",
            models.CharField(choices=[("shipped", "Shipped"), ("own", "Own")], default="own", max_length=8),
        ),
        migrations.AddField("playbookversion", "revision", models.PositiveIntegerField(default=0)),
        migrations.AddField("playbookversion", "changed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("playbookversion", "changed_by", models.CharField(blank=True, default="", max_length=80)),
        migrations.AddConstraint(
            "playbookversion",
            models.UniqueConstraint(
                condition=models.Q(("status", "draft")), fields=("playbook",), name="playbook_one_draft"
            ),
        ),
        migrations.AddConstraint(
            "playbookversion",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at", None), ("status__in", ("draft", "discarded"))),
                    models.Q(
                        models.Q(("status__in", ("draft", "discarded")), _negated=True),
                        models.Q(("published_at", None), _negated=True),
                        models.Q(("number", None), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="playbook_draft_iff_unpublished",
            ),
        ),
        migrations.CreateModel(
            name="DraftChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField()),
                ("ops", models.JSONField()),
                ("by_id", models.BigIntegerField(null=True)),
                ("by_name", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "undoes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="playbook.draftchange",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="draft_changes",
                        to="playbook.playbookversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("version", "revision"), name="playbook_draft_revision")
                ]
            },
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(blank=True, max_length=60)),
                ("text", models.CharField(max_length=1000)),
                ("source", models.CharField(blank=True, max_length=60)),
                ("by_name", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("done_by", models.CharField(blank=True, max_length=80)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wishes",
                        to="playbook.playbookversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("version", "source", "key"),
                        name="playbook_one_wish",
                    )
                ]
            },
        ),
        migrations.RunPython(shipped, migrations.RunPython.noop),
        migrations.RunPython(freeze, thaw),
    ]
