from django.db import migrations

from site_cms.trail.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("voting", "0002_ballots")]

    operations = [
        AppendOnly("voting_scoresheet"),
        AppendOnly("voting_turnlock"),
        AppendOnly("voting_draw"),
        AppendOnly("voting_turn", ["round_id", "entry_id", '"order"']),
    ]
