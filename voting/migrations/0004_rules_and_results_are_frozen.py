from django.db import migrations

from site_cms.trail.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("voting", "0003_marks_are_only_inserted"),
        ("site_cms", "0003_trail_is_append_only"),
    ]

    operations = [
        AppendOnly("voting_rulesheet", since="frozen_at"),
        AppendOnly("voting_computation"),
        AppendOnly("voting_publication"),
    ]
