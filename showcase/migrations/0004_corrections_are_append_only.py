from django.db import migrations

from site_cms.trail.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("showcase", "0003_nominations_and_desks"),
        ("site_cms", "0003_trail_is_append_only"),
    ]

    operations = [AppendOnly("showcase_pagecorrection")]
