from django.db import migrations

from site_cms.trail.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("voting", "0005_poll"),
        ("site_cms", "0003_trail_is_append_only"),
    ]

    operations = [AppendOnly("voting_pollpause", since="resumed_at")]
