from django.db import migrations

from site_cms.trail.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("showcase", "0001_initial"),
        ("site_cms", "0003_trail_is_append_only"),
    ]

    operations = [
        AppendOnly("showcase_opening"),
        AppendOnly("showcase_contest", ["practice"]),
    ]
