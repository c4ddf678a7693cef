"""What a judge is asked once before the lock: a total far from the rest of the panel.

A prompt changes no mark. It is over when the judge keeps the mark, sends another version, or the
host goes on without an answer.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from voting.judging.models import ScoreSheet, Seat, Turn


class Answer(models.TextChoices):
    KEPT = "kept", "保持原分"
    WAIVED = "waived", "没有等到答复"


class OutlierPromptQuerySet(models.QuerySet):
    def unanswered(self) -> Self:
        """Neither answered nor replaced by another version of the sheet."""
        stands = ScoreSheet.objects.latest().filter(pk=OuterRef("sheet"))
        return self.filter(Exists(stands), answer="")


class OutlierPrompt(models.Model):
    """One seat asked about one turn, for the sheet that stood then."""

    turn = models.ForeignKey(Turn, models.PROTECT, related_name="outlier_prompts")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="outlier_prompts")
    sheet = models.ForeignKey(ScoreSheet, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("提示时间")
    answer = models.CharField(
        "答复", max_length=8, choices=Answer, blank=True, default=""
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="不再等的人",
    )

    objects = OutlierPromptQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "离群提示"
        ordering = ["turn", "seat"]
        constraints = [
            models.UniqueConstraint(
                name="seat_is_asked_about_an_outlier_once", fields=["turn", "seat"]
            ),
            models.CheckConstraint(
                name="outlier_answer_has_its_time",
                condition=Q(answer="", answered_at=None, waived_by=None)
                | Q(answer=Answer.KEPT, answered_at__isnull=False, waived_by=None)
                | Q(
                    answer=Answer.WAIVED,
                    answered_at__isnull=False,
                    waived_by__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} {self.turn} 离群提示"

    @property
    def end(self) -> str:
        """How it ended. Without a word, and waited for no longer, the marks were changed."""
        return Answer(self.answer).label if self.answer else "已修改"
