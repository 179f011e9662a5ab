"""Indexes as the lists ask for them; those that nothing asks go: each costs every import."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

NOT_NEEDED = {
    "Lead": ("created_by", "customer", "department", "owner", "referrer"),
    "Customer": ("created_by", "department", "owner"),
}
"""Keys whose own index nothing asks, or of which another index begins with the same column."""


def drop_indexes(apps, schema_editor):
    """By hand: told to alter the fields, SQLite would be made to copy both tables eight times."""
    for table, column in _columns(apps):
        for name in _indexes_of(schema_editor.connection, table, column):
            schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")


def make_indexes(apps, schema_editor):
    for table, column in _columns(apps):
        quoted = map(schema_editor.quote_name, (f"{table}_{column}_again", table, column))
        schema_editor.execute("CREATE INDEX {} ON {} ({})".format(*quoted))


def _columns(apps):
    for name, fields in NOT_NEEDED.items():
        model = apps.get_model("customers", name)
        for field in fields:
            yield model._meta.db_table, model._meta.get_field(field).column


def _indexes_of(connection, table, column):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return [
        name
        for name, one in found.items()
        if one["columns"] == [column]
        and one["index"]
        and not (one["unique"] or one["foreign_key"])
        and name.startswith(table)
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_saved_views"),
        ("catalog", "0003_offers_and_costs"),
        ("customers", "0009_open_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="customer",
            name="customers_due",
        ),
        migrations.RemoveIndex(
            model_name="customer",
            name="customers_recycle",
        ),
        migrations.RemoveIndex(
            model_name="lead",
            name="leads_owner",
        ),
        migrations.RemoveIndex(
            model_name="lead",
            name="leads_owner_score",
        ),
        migrations.RemoveIndex(
            model_name="lead",
            name="leads_owner_purchase",
        ),
        migrations.RemoveIndex(
            model_name="lead",
            name="leads_customer",
        ),
        migrations.RemoveIndex(
            model_name="lead",
            name="leads_due",
        ),
        migrations.RemoveIndex(
            model_name="lead",
            name="leads_recycle",
        ),
        migrations.RemoveIndex(
            model_name="lead",
            name="leads_all_due",
        ),
        migrations.RemoveIndex(
            model_name="lead",
            name="leads_owner_touched",
        ),
        migrations.RemoveIndex(
            model_name="lead",
            name="leads_touched",
        ),
        migrations.RemoveIndex(
            model_name="lead",
            name="leads_tier",
        ),
        migrations.RemoveIndex(
            model_name="scoreentry",
            name="customers_score_lead",
        ),
        migrations.RemoveIndex(
            model_name="scoreentry",
            name="customers_score_customer",
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_indexes, make_indexes)],
            state_operations=[
                migrations.AlterField(
                    model_name="customer",
                    name="created_by",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="customer",
                    name="department",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                    ),
                ),
                migrations.AlterField(
                    model_name="customer",
                    name="owner",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customers",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="负责人",
                    ),
                ),
                migrations.AlterField(
                    model_name="lead",
                    name="created_by",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="lead",
                    name="customer",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="customers.customer",
                    ),
                ),
                migrations.AlterField(
                    model_name="lead",
                    name="department",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                    ),
                ),
                migrations.AlterField(
                    model_name="lead",
                    name="owner",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="负责人",
                    ),
                ),
                migrations.AlterField(
                    model_name="lead",
                    name="referrer",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referred",
                        to="customers.customer",
                        verbose_name="介绍人（老客户）",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("due_on__isnull", False)), fields=["owner", "due_on", "id"], name="customers_due"
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("recycle_on__isnull", False)), fields=["recycle_on", "id"], name="customers_recycle"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("owner__isnull", False)), fields=["owner", "status", "-id"], name="leads_owner"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("owner__isnull", False)),
                fields=["owner", "status", "-score", "-id"],
                name="leads_owner_score",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("owner__isnull", False)),
                fields=["owner", "status", "purchase_on", "id"],
                name="leads_owner_purchase",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("owner__isnull", True)), fields=["status", "-id"], name="leads_pool"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("owner__isnull", True)), fields=["status", "-score", "-id"], name="leads_pool_score"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("owner__isnull", True)),
                fields=["status", "purchase_on", "id"],
                name="leads_pool_purchase",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("customer__isnull", False)), fields=["customer", "-id"], name="leads_customer"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("referrer__isnull", False)), fields=["referrer"], name="leads_referrer"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("due_on__isnull", False)),
                fields=["owner", "status", "due_on", "id"],
                name="leads_due",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("due_on__isnull", False)), fields=["status", "due_on", "id"], name="leads_all_due"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("recycle_on__isnull", False)),
                fields=["status", "recycle_on", "id"],
                name="leads_recycle",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("last_touch_at__isnull", False)),
                fields=["owner", "status", "last_touch_at", "id"],
                name="leads_owner_touched",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("last_touch_at__isnull", False)),
                fields=["status", "last_touch_at", "id"],
                name="leads_touched",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(condition=models.Q(("tier__gt", "")), fields=["tier", "-id"], name="leads_tier"),
        ),
        migrations.AddIndex(
            model_name="scoreentry",
            index=models.Index(
                condition=models.Q(("lead__isnull", False)), fields=["lead", "id"], name="customers_score_lead"
            ),
        ),
        migrations.AddIndex(
            model_name="scoreentry",
            index=models.Index(
                condition=models.Q(("customer__isnull", False)),
                fields=["customer", "id"],
                name="customers_score_customer",
            ),
        ),
    ]
