from django.conf import settings
from django.db import models
from django.db.models import F, Q

from showcase.contests.models import Contest


class NoticeTerm(models.Model):
    """From when to when a result is open to objection: the first term, then each extension.

    Rows are only ever added. The latest counts, and only ever ends later than the one before.
    """

    contest = models.ForeignKey(
        Contest, models.PROTECT, related_name="notice_terms", verbose_name="活动"
    )
    number = models.PositiveSmallIntegerField("第几次")
    begins_at = models.DateTimeField("公示开始")
    closes_at = models.DateTimeField("公示截止")
    reason = models.TextField("延长的原因", blank=True)
    set_at = models.DateTimeField("设定时间")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="设定人",
    )

    class Meta:
        verbose_name = verbose_name_plural = "公示期"
        ordering = ["contest", "number"]
        constraints = [
            models.UniqueConstraint(
                name="notice_has_each_term_once",
                fields=["contest", "number"],
                violation_error_message="公示期刚刚有人改过，请刷新后再看。",
            ),
            models.CheckConstraint(
                name="notice_closes_after_it_begins",
                condition=Q(closes_at__gt=F("begins_at")),
                violation_error_message="公示的截止时间必须晚于开始时间。",
            ),
            models.CheckConstraint(
                name="notice_is_extended_for_a_reason",
                condition=Q(number=1) | ~Q(reason=""),
                violation_error_message="延长公示必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest}公示（第 {self.number} 次设定）"
