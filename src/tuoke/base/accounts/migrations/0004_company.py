from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_saved_views'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='phone',
            field=models.CharField(blank=True, max_length=40, verbose_name='电话'),
        ),
        migrations.CreateModel(
            name='Company',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80, verbose_name='公司名称')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='电话')),
                ('address', models.CharField(blank=True, max_length=160, verbose_name='地址')),
                ('website', models.CharField(blank=True, max_length=200, verbose_name='网址')),
                ('logo', models.BinaryField(null=True)),
                ('logo_type', models.CharField(blank=True, max_length=20)),
                ('logo_digest', models.CharField(blank=True, max_length=16)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='accounts_one_company')],
            },
        ),
    ]
