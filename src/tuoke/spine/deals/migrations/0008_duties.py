
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deals', '0007_changeovers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(blank=True, max_length=40)),
                ('step', models.CharField(choices=[('targeting', 'targeting'), ('leads', 'leads'), ('outreach', 'outreach'), ('discovery', 'discovery'), ('proposals', 'proposals'), ('negotiation', 'negotiation'), ('contracts', 'contracts'), ('reviews', 'reviews')], max_length=12, verbose_name='步骤')),
                ('function', models.CharField(choices=[('sales', '销售'), ('tech', '技术'), ('product', '产品'), ('service', '售后'), ('legal', '法务'), ('finance', '财务')], max_length=10, verbose_name='部门')),
                ('part', models.CharField(choices=[('accountable', '最终负责'), ('responsible', '执行'), ('consulted', '提供意见'), ('informed', '被告知')], max_length=12, verbose_name='责任')),
                ('what', models.CharField(max_length=120, verbose_name='交付什么')),
                ('standard', models.CharField(blank=True, max_length=200, verbose_name='交付标准')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='期限')),
                ('state', models.CharField(choices=[('open', '待交付'), ('delivered', '待验收'), ('accepted', '已验收')], default='open', max_length=9)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('delivered_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField()),
                ('accepted_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('accepter', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁验收')),
                ('opportunity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='deals.opportunity')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duties', to=settings.AUTH_USER_MODEL, verbose_name='谁来做')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('state', 'open'), ('withdrawn_at', None)), fields=['person', 'due_on', 'id'], name='deals_duty_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('opportunity', 'key'), name='deals_duty_once'), models.CheckConstraint(condition=models.Q(('person', None), ('accepter', None), models.Q(('person', models.F('accepter')), _negated=True), _connector='OR'), name='deals_duty_accepted_by_another')],
            },
        ),
    ]
