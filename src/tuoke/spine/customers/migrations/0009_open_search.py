"""Search texts in two parts: who may not see whom to call doesn't find it either (S2.6)."""

from django.db import migrations

from tuoke.spine.customers.rules.finding import customer_search_text, lead_search_text

CHUNK = 2000


def part(apps, schema_editor):
    _in_chunks(apps.get_model("customers", "Lead"), lead_search_text)
    _in_chunks(apps.get_model("customers", "Customer"), customer_search_text)


def _in_chunks(model, text_of):
    last = 0
    while rows := list(model.objects.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        for row in rows:
            row.search_text = text_of(row)
        model.objects.bulk_update(rows, ["search_text"], batch_size=200)
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_look_alike_indexes")]

    operations = [migrations.RunPython(part, migrations.RunPython.noop, elidable=True)]
