import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0004_look_alikes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Fact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(choices=[("staff", "员工人数"), ("revenue", "年营收"), ("budget", "预算"), ("want", "需求"), ("contact", "联系人")], max_length=8, verbose_name="事实")),
                ("low", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("high", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("text", models.CharField(blank=True, max_length=200)),
                ("source", models.CharField(choices=[("website", "官网"), ("annual_report", "年报"), ("third_party", "第三方平台"), ("registry", "工商信息"), ("customer", "客户口述"), ("visit", "实地走访"), ("other", "其他")], max_length=16, verbose_name="来源")),
                ("reference", models.CharField(blank=True, max_length=500, verbose_name="出处")),
                ("observed_on", models.DateField(verbose_name="日期")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("customer", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="facts", to="customers.customer")),
                ("lead", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="facts", to="customers.lead")),
            ],
            options={
                "ordering": ["id"],
                'constraints': [
                    models.CheckConstraint(
                condition=models.Q(("customer", None), ("lead__isnull", False))
                | models.Q(("customer__isnull", False), ("lead", None)),
                name="customers_fact_of_one",
            ),
                ],
            },
        ),
    ]
