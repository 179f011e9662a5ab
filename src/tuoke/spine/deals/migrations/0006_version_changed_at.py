from django.db import migrations, models


def from_history(apps, schema_editor):
    """Deals that were moved to another version before that was kept on them: the history says which, and when."""
    moved = apps.get_model("records", "Event").objects.filter(kind="deals.version_changed").order_by("id")
    deals = apps.get_model("deals", "Opportunity").objects
    for subject, at in moved.values_list("subject", "at").iterator():
        deals.filter(pk=subject.rpartition(":")[2]).update(version_changed_at=at)


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0005_linked_from"),
        ("records", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="opportunity",
            name="version_changed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(from_history, migrations.RunPython.noop),
    ]
