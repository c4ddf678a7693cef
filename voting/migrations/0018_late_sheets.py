from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F

from site_cms.trail.append_only import AppendOnly, Lift


def move_what_was_kept_aside(apps, schema_editor):
    """A sheet that does not count stood among those that do, with a word beside it."""
    sheets = apps.get_model("voting", "ScoreSheet").objects.exclude(aside="")
    apps.get_model("voting", "LateSheet").objects.bulk_create(
        apps.get_model("voting", "LateSheet")(**row)
        for row in sheets.values(
            "id",
            "seat_id",
            "turn_id",
            "device_id",
            "generation",
            "version",
            "marks",
            "total",
            "received_at",
            why=F("aside"),
        )
    )
    sheets.delete()


class Migration(migrations.Migration):
    dependencies = [("voting", "0017_host")]

    operations = [
        migrations.CreateModel(
            name="LateSheet",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("generation", models.PositiveSmallIntegerField(verbose_name="设备代次")),
                ("version", models.PositiveSmallIntegerField(verbose_name="版本")),
                ("marks", models.JSONField(verbose_name="分数")),
                ("total", models.DecimalField(decimal_places=4, max_digits=9, verbose_name="合计")),
                ("why", models.CharField(choices=[("late", "锁定后到达"), ("old_device", "旧设备")], max_length=10, verbose_name="留存原因")),
                ("received_at", models.DateTimeField(verbose_name="收到时间")),
                ("device", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="late_sheets", to="voting.device")),
                ("seat", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="late_sheets", to="voting.seat")),
                ("turn", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="late_sheets", to="voting.turn")),
            ],
            options={
                "verbose_name": "留存的评分表",
                "verbose_name_plural": "留存的评分表",
                "ordering": ["received_at", "id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("why__in", ["late", "old_device"])), name="late_sheet_says_why"),
                    models.CheckConstraint(condition=models.Q(("version__gte", 1), ("version__lte", 999)), name="late_sheet_version_is_in_range"),
                    models.CheckConstraint(condition=models.Q(("total__gte", Decimal("0"))), name="late_sheet_total_is_not_negative"),
                ],
            },
        ),
        AppendOnly("voting_latesheet"),
        Lift(AppendOnly("voting_scoresheet")),
        migrations.RunPython(move_what_was_kept_aside, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="scoresheet", name="sheet_version_counts_once"),
        migrations.RemoveConstraint(model_name="scoresheet", name="sheet_aside_is_known"),
        migrations.RemoveField(model_name="scoresheet", name="aside"),
        migrations.AddConstraint(
            model_name="scoresheet",
            constraint=models.UniqueConstraint(fields=("turn", "seat", "version"), name="sheet_version_counts_once"),
        ),
        AppendOnly("voting_scoresheet"),
    ]
