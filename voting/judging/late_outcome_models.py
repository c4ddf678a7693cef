"""What became of a sheet that came too late: counted by two people, or filed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from site_cms.trail.models import Proposal
from voting.judging.late_models import LateSheet
from voting.judging.models import ScoreSheet


class LateOutcome(models.Model):
    """With ``sheet`` it counts from here on, by two people; without, it stays filed."""

    late = models.OneToOneField(LateSheet, models.PROTECT, related_name="outcome")
    sheet = models.OneToOneField(
        ScoreSheet, models.PROTECT, null=True, blank=True, related_name="counted_late"
    )
    proposal = models.OneToOneField(
        Proposal, models.PROTECT, null=True, blank=True, related_name="late_outcome"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="提议人",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="经办人",
    )
    decided_at = models.DateTimeField("办结时间")
    reason = models.CharField("理由", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "留存评分表的处理"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="late_sheet_counts_by_two_people",
                condition=Q(sheet=None, proposal=None, proposed_by=None)
                | (
                    Q(
                        sheet__isnull=False,
                        proposal__isnull=False,
                        proposed_by__isnull=False,
                    )
                    & ~Q(proposed_by=F("decided_by"))
                ),
                violation_error_message="提议计入的人不能自己同意。",
            ),
            models.CheckConstraint(
                name="late_outcome_has_its_reason",
                condition=~Q(reason=""),
                violation_error_message="请写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.late} {'计入' if self.sheet_id else '不计入'}"
