from django.db import migrations

from site_cms.trail.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("showcase", "0003_nominations_and_desks"),
        ("site_cms", "0003_trail_is_append_only"),
    ]

    operations = [
        AppendOnly("showcase_nominationversion"),
        AppendOnly("showcase_pagecorrection"),
        AppendOnly("showcase_reviewversion"),
        AppendOnly("showcase_release"),
        AppendOnly("showcase_selectedentry"),
        AppendOnly(
            "showcase_selection",
            [
                "round_id",
                "selected_at",
                "selected_by_id",
                "second_person_id",
                "inputs",
                "inputs_hash",
                "outcome",
            ],
        ),
        # What a round is marked and ranked by stands still from its first mark on.
        AppendOnly(
            "showcase_reviewround",
            [
                "contest_id",
                "step",
                "criteria",
                "trim_from",
                "normalised",
                "goes_on",
                "shows_others",
                "publishes_scores",
                "shares_remarks",
                "frozen_at",
            ],
            since="frozen_at",
        ),
    ]
