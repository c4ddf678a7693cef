from django.db import migrations

from site_cms.trail.append_only import AppendOnly, Lift


class Migration(migrations.Migration):
    """A pause is public while it lasts: all that may still happen to it is its end."""

    dependencies = [("voting", "0011_archived_ballots_keep_their_void")]

    operations = [
        Lift(AppendOnly("voting_pollpause", since="resumed_at")),
        AppendOnly(
            "voting_pollpause",
            ["id", "poll_id", "paused_at", "paused_by_id", "notice"],
            once=["resumed_at", "resumed_by_id"],
        ),
    ]
