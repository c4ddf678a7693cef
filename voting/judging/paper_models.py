"""What one person typed from a judge's paper, and how a second person answered."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from site_cms.trail.models import Proposal
from voting.judging.models import Night, ScoreSheet, Seat, Turn
from voting.judging.rules import HIGHEST_VERSION


class PaperSheetQuerySet(models.QuerySet):
    def of_night(self, night: Night) -> Self:
        return self.filter(turn__round__night=night)

    def waiting(self) -> Self:
        """Neither answered nor taken back."""
        return self.filter(closed_at=None)

    def returned(self) -> Self:
        return self.filter(checked_by__isnull=False, sheet=None)


class PaperSheet(models.Model):
    """A paper sheet as it was typed. It counts once somebody else has compared it.

    What was typed never changes. ``closed_at`` ends the waiting: with ``sheet`` it was
    confirmed, with ``checked_by`` alone sent back, with neither taken back by its typist.
    ``paper_total`` is what the judge wrote under the marks; ``added_wrong``: not their sum.
    """

    turn = models.ForeignKey(Turn, models.PROTECT, related_name="papers")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="papers")
    version = models.PositiveSmallIntegerField("版本")
    marks = models.JSONField("分数")
    total = models.DecimalField("各项之和", max_digits=9, decimal_places=4)
    paper_total = models.DecimalField("纸面合计", max_digits=9, decimal_places=4)
    added_wrong = models.BooleanField("评委加错", default=False)
    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="paper")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="录入人",
    )
    entered_at = models.DateTimeField("录入时间")
    reminded_at = models.DateTimeField("提醒时间", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="核对人",
    )
    sheet = models.OneToOneField(
        ScoreSheet, models.PROTECT, null=True, blank=True, related_name="paper"
    )

    objects = PaperSheetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "纸质评分表"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="paper_of_a_seat_waits_once",
                fields=["turn", "seat"],
                condition=Q(closed_at=None),
            ),
            models.CheckConstraint(
                name="paper_is_checked_by_a_second_person",
                condition=Q(checked_by=None) | ~Q(checked_by=F("entered_by")),
                violation_error_message="录入的人不能核对自己录入的纸表。",
            ),
            models.CheckConstraint(
                name="paper_that_counts_was_checked",
                condition=Q(sheet=None) | Q(checked_by__isnull=False),
            ),
            models.CheckConstraint(
                name="paper_that_was_checked_is_closed",
                condition=Q(checked_by=None) | Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="paper_adds_up_or_says_why_not",
                condition=Q(added_wrong=True) | Q(paper_total=F("total")),
            ),
            models.CheckConstraint(
                name="paper_total_is_not_negative",
                condition=Q(total__gte=Decimal(0), paper_total__gte=Decimal(0)),
            ),
            models.CheckConstraint(
                name="paper_version_is_in_range",
                condition=Q(version__gte=1, version__lte=HIGHEST_VERSION),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} {self.turn.entry} 纸表"

    @property
    def is_waiting(self) -> bool:
        return self.closed_at is None

    @property
    def was_taken_back(self) -> bool:
        return self.closed_at is not None and self.checked_by_id is None

    def waited(self, now: datetime) -> int:
        """Whole minutes since it was handed over."""
        return int((now - self.entered_at).total_seconds() // 60)
