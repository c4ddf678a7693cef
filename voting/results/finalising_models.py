"""Two people open a final result again, so that what is wrong in it can be corrected."""

from django.db import models
from django.db.models import Q

from site_cms.trail.two_people import ByTwoPeople, by_two_people
from voting.results.models import Finalisation


class Reopening(ByTwoPeople):
    """From here on sheets and voids may be corrected again. What was final stays readable."""

    finalisation = models.OneToOneField(
        Finalisation,
        models.PROTECT,
        related_name="reopening",
        verbose_name="最终结果",
    )
    reason = models.TextField("理由")
    reopened_at = models.DateTimeField("重新打开时间")

    class Meta:
        verbose_name = verbose_name_plural = "最终结果重新打开"
        ordering = ["id"]
        constraints = [
            by_two_people("reopening_is_by_two_people"),
            models.CheckConstraint(
                name="reopening_has_its_reason",
                condition=~Q(reason=""),
                violation_error_message="重新打开最终结果必须写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finalisation} 重新打开"
