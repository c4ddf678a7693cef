from django.db import migrations

from site_cms.trail.append_only import AppendOnly


class HashesOutOfLine(migrations.RunSQL):
    """Leaf hashes cannot be compressed, and a proof reads a slice of them."""

    def __init__(self) -> None:
        super().__init__(
            "ALTER TABLE voting_logentry ALTER COLUMN hashes SET STORAGE EXTERNAL",
            migrations.RunSQL.noop,
        )

    def deconstruct(self):
        return self.__class__.__name__, [], {}

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):
    dependencies = [("voting", "0008_log_and_standing")]

    operations = [
        HashesOutOfLine(),
        AppendOnly("voting_log"),
        AppendOnly("voting_logentry"),
        AppendOnly("voting_logtile"),
        AppendOnly("voting_signedhead"),
        AppendOnly("voting_standingact"),
        AppendOnly("voting_ballotstanding"),
        AppendOnly("voting_sealedbatch"),
    ]
