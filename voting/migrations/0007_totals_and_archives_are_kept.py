from django.db import migrations

from site_cms.trail.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("voting", "0006_pauses_are_kept")]

    operations = [
        AppendOnly("voting_dailytotal"),
        AppendOnly("voting_pollarchive"),
        AppendOnly("voting_archivedballot"),
    ]
