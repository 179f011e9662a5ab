"""S2.1: the channels every company begins with."""

from django.db import migrations

from tuoke.spine.catalog.rules import SOURCE_TREE


def plant(apps, schema_editor):
    source = apps.get_model("catalog", "LeadSource")
    for name, children in SOURCE_TREE.items():
        parent = source.objects.create(name=name)
        for child in children:
            source.objects.create(name=child, parent=parent)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
