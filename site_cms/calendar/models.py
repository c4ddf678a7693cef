from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from site_cms.calendar.rules import Counts

COUNTS = [(each.value, each.label) for each in Counts]


class DayOverrideQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """Of each day what was said last."""
        later = self.model.objects.filter(
            day=models.OuterRef("day"), pk__gt=models.OuterRef("pk")
        )
        return self.filter(~models.Exists(later))


class DayOverride(models.Model):
    """What an operator says of one day against the arrangement of the State Council.

    Rows are only ever added: the latest of a day counts, the earlier ones tell how it was.
    """

    day = models.DateField("日期")
    counts = models.CharField("这一天", max_length=12, choices=COUNTS)
    reason = models.CharField(
        "原因",
        max_length=60,
        help_text="公示页会原样写出，例如：县庆放假一天，县政府办 2026 年 8 号通知。",
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="登记人",
    )
    made_at = models.DateTimeField("登记时间")

    objects = DayOverrideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工作日调整"
        ordering = ["-day", "-id"]
        constraints = [
            models.CheckConstraint(
                name="day_override_is_of_a_known_kind",
                condition=Q(counts__in=[value for value, _ in COUNTS]),
                violation_error_message="请选这一天算不算工作日。",
            ),
            models.CheckConstraint(
                name="day_override_has_its_reason",
                condition=~Q(reason=""),
                violation_error_message="请写明原因，公众会看到。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.get_counts_display()}"
