"""What look-alikes are found by (S2.3), and keys by the present rules for names."""

from itertools import islice

import django.db.models.deletion
from django.db import migrations, models

from tuoke.spine.customers.rules import keys_of, name_key_of, traces_of

CHUNK = 2000


def rekey(apps, schema_editor):
    """How a place is written no longer tells companies apart; cores and sounds are new."""
    _in_chunks(apps.get_model("customers", "Lead"), _rekey_lead, ["party_key", "core", "sound"])
    _in_chunks(apps.get_model("customers", "Customer"), _rekey_customer, ["name_key", "core", "sound"])


def _rekey_lead(lead):
    keys = keys_of(
        company=lead.company, contact=lead.contact, phone=lead.phone, email=lead.email, wechat=lead.wechat, want=""
    )
    lead.party_key = keys.party
    lead.core, lead.sound = traces_of(lead.company)


def _rekey_customer(customer):
    customer.name_key = name_key_of(customer.name)
    customer.core, customer.sound = traces_of(customer.name)


def _in_chunks(model, rekey_one, columns):
    last = 0
    while rows := list(islice(model.objects.filter(pk__gt=last).order_by("pk").iterator(), CHUNK)):
        for row in rows:
            rekey_one(row)
        model.objects.bulk_update(rows, columns, batch_size=200)
        last = rows[-1].pk


def merged_into(model):
    return migrations.AlterField(
        model_name=model,
        name="merged_into",
        field=models.ForeignKey(
            blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
            to=f"customers.{model}",
        ),
    )  # fmt: skip


def traces(model):
    return [
        migrations.AddField(model, "core", models.CharField(default="", editable=False, max_length=60)),
        migrations.AddField(model, "sound", models.BigIntegerField(editable=False, null=True)),
    ]


def indexes(model, prefix):
    present = {
        "merged": (["merged_into"], ~models.Q(merged_into=None)),
        "core": (["core", "id"], ~models.Q(core="")),
        "sound": (["sound"], ~models.Q(sound=None)),
    }
    return [
        migrations.AddIndex(model, models.Index(fields=columns, name=f"{prefix}_{name}", condition=condition))
        for name, (columns, condition) in present.items()
    ]


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_score_history")]
    operations = [
        *traces("lead"),
        *traces("customer"),
        merged_into("lead"),
        merged_into("customer"),
        migrations.RunPython(rekey, migrations.RunPython.noop, elidable=True),
        *indexes("lead", "leads"),
        *indexes("customer", "customers"),
        migrations.AddIndex(
            "contact",
            models.Index(fields=["email"], name="contacts_email", condition=~models.Q(email="")),
        ),
    ]
