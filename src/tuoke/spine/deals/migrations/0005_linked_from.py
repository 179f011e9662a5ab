import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deals', '0004_lost_to'),
    ]

    operations = [
        migrations.AddField(
            model_name='opportunity',
            name='linked_from',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='second_sales', to='deals.opportunity', verbose_name='源自'),
        ),
        migrations.AddIndex(
            model_name='opportunity',
            index=models.Index(condition=models.Q(('linked_from__isnull', False)), fields=['linked_from', '-id'], name='deals_linked'),
        ),
    ]
