"""Two people open a final result again, so that what is wrong in it can be corrected."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voting.results.models import Finalisation


class Reopening(models.Model):
    """From here on sheets and voids may be corrected again. What was final stays readable."""

    finalisation = models.OneToOneField(
        Finalisation,
        models.PROTECT,
        related_name="reopening",
        verbose_name="最终结果",
    )
    reason = models.TextField("理由")
    reopened_at = models.DateTimeField("重新打开时间")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="提出人",
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="复核人",
    )

    class Meta:
        verbose_name = verbose_name_plural = "最终结果重新打开"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="reopening_is_by_two_people",
                condition=~Q(confirmed_by=F("proposed_by")),
                violation_error_message="提出人不能复核自己提出的事项，请另一位有权限的人复核。",
            ),
            models.CheckConstraint(
                name="reopening_has_its_reason",
                condition=~Q(reason=""),
                violation_error_message="重新打开最终结果必须写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finalisation} 重新打开"
