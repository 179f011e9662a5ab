from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_duplicates")]

    operations = [
        migrations.AddIndex(
            "lead",
            models.Index(
                fields=["due_on", "id"], name="leads_all_due", condition=models.Q(("due_on", None), _negated=True)
            ),
        ),
        migrations.AddIndex(
            "lead",
            models.Index(
                fields=["owner", "status", "last_touch_at", "id"],
                name="leads_owner_touched",
                condition=models.Q(("last_touch_at", None), _negated=True),
            ),
        ),
        migrations.AddIndex(
            "lead",
            models.Index(
                fields=["status", "last_touch_at", "id"],
                name="leads_touched",
                condition=models.Q(("last_touch_at", None), _negated=True),
            ),
        ),
        migrations.AddIndex(
            "lead",
            models.Index(fields=["tier", "-id"], name="leads_tier", condition=models.Q(("tier", ""), _negated=True)),
        ),
        migrations.AddIndex("lead", models.Index(fields=["created_at"], name="leads_created")),
    ]
