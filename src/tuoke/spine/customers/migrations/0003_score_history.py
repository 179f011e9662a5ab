from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models


def points() -> models.DecimalField:
    return models.DecimalField(decimal_places=1, default=Decimal(0), max_digits=3)


class Migration(migrations.Migration):
    """A score is explained from the facts by its rules; what is kept of it are points, line by line."""

    dependencies = [("customers", "0002_results")]

    operations = [
        migrations.RemoveField(model_name="lead", name="score_detail"),
        migrations.AddField(model_name="scoreentry", name="fit", field=points()),
        migrations.AddField(model_name="scoreentry", name="urgency", field=points()),
        migrations.AddField(model_name="scoreentry", name="chain", field=points()),
        migrations.AddField(model_name="scoreentry", name="budget", field=points()),
        migrations.AlterField(
            model_name="scoreentry",
            name="lead",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="scores",
                to="customers.lead",
            ),
        ),
        migrations.AlterField(
            model_name="scoreentry",
            name="customer",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="scores",
                to="customers.customer",
            ),
        ),
        migrations.AddIndex(
            model_name="scoreentry",
            index=models.Index(
                condition=models.Q(("lead", None), _negated=True), fields=["lead", "id"], name="customers_score_lead"
            ),
        ),
        migrations.AddIndex(
            model_name="scoreentry",
            index=models.Index(
                condition=models.Q(("customer", None), _negated=True), fields=["customer", "id"],
                name="customers_score_customer",
            ),
        ),
    ]  # fmt: skip
