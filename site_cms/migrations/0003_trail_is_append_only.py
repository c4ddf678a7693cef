from django.db import migrations

from site_cms.trail.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("site_cms", "0002_subjects")]

    operations = [
        AppendOnly("site_cms_trailentry"),
        AppendOnly("site_cms_proposal"),
        AppendOnly("site_cms_decision"),
    ]
