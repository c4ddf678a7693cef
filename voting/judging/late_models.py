"""Sheets that came too late, or from a device that had lost its seat: kept, and counted by nobody."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q

from voting.judging.models import Device, Night, Seat, Turn, receipt_of
from voting.judging.rules import HIGHEST_VERSION


class Late(models.TextChoices):
    """Why a sheet was kept without counting."""

    AFTER_LOCK = "late", "锁定后到达"
    OLD_DEVICE = "old_device", "旧设备"
    AFTER_PAPER = "paper", "纸表之后到达"


class LateSheetQuerySet(models.QuerySet):
    def of_night(self, night: Night) -> Self:
        return self.filter(turn__round__night=night)

    def undecided(self) -> Self:
        """Nobody has counted it or filed it."""
        return self.filter(outcome=None)


class LateSheet(models.Model):
    """What a judge's device sent, as it came. Two people may count it, in a sheet of its own.

    The id is the one that the device made: sent again, kept once.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="late_sheets")
    turn = models.ForeignKey(Turn, models.PROTECT, related_name="late_sheets")
    device = models.ForeignKey(Device, models.PROTECT, related_name="late_sheets")
    generation = models.PositiveSmallIntegerField("设备代次")
    version = models.PositiveSmallIntegerField("版本")
    marks = models.JSONField("分数")
    total = models.DecimalField("合计", max_digits=9, decimal_places=4)
    why = models.CharField("留存原因", max_length=10, choices=Late)
    received_at = models.DateTimeField("收到时间")

    objects = LateSheetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "留存的评分表"
        ordering = ["received_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="late_sheet_says_why", condition=Q(why__in=Late.values)
            ),
            models.CheckConstraint(
                name="late_sheet_version_is_in_range",
                condition=Q(version__gte=1, version__lte=HIGHEST_VERSION),
            ),
            models.CheckConstraint(
                name="late_sheet_total_is_not_negative",
                condition=Q(total__gte=Decimal(0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} {self.turn} 留存"

    @property
    def receipt(self) -> str:
        return receipt_of(self)
