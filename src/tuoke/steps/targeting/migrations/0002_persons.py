from django.db import migrations

MOVED = (("industries", "situations"), ("lifecycle", "life_stages"), ("revenue", "income"))


def say_of_persons(apps, schema_editor):
    """Profiles of persons said their life situation under 行业 and their income under 年营收."""
    for profile in apps.get_model("targeting", "CustomerProfile").objects.filter(market="toc"):
        content = dict(profile.content)
        for old, new in MOVED:
            if content.get(old) and not content.get(new):
                content[new] = content.pop(old)
        if content != profile.content:
            profile.content = content
            profile.save(update_fields=["content"])


class Migration(migrations.Migration):

    dependencies = [
        ('targeting', '0001_initial'),
    ]

    operations = [migrations.RunPython(say_of_persons, migrations.RunPython.noop)]
