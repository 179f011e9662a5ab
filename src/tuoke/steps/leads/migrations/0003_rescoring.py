from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_pool")]

    operations = [
        migrations.CreateModel(
            name="Rescoring",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=80)),
                ("profile", models.PositiveIntegerField(null=True)),
                ("campaign", models.PositiveIntegerField(null=True)),
                ("since", models.DateField(null=True)),
                ("today", models.DateField()),
                ("part", models.CharField(default="leads", max_length=9)),
                ("at_id", models.BigIntegerField(default=0)),
                ("total", models.PositiveIntegerField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("started_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("superseded", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at", None)), fields=["id"], name="leads_rescoring_unfinished"
                    )
                ]
            },
        ),
    ]
