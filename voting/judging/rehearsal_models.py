"""Which practice contest is a rehearsal of which contest."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from showcase.contests.models import Contest


class RehearsalQuerySet(models.QuerySet):
    def of_contest(self, contest: Contest) -> Self:
        return self.filter(source=contest).select_related("contest", "made_by")

    def newest_first(self) -> Self:
        return self.order_by("-number")


class Rehearsal(models.Model):
    """A copy of the night on which people practise. It is hidden afterwards, never emptied.

    The copy refers to the contest it was made from; nothing refers to the copy.
    """

    contest = models.OneToOneField(
        Contest, models.PROTECT, related_name="rehearsal", verbose_name="演练"
    )
    source = models.ForeignKey(
        Contest, models.PROTECT, related_name="rehearsals", verbose_name="活动"
    )
    number = models.PositiveSmallIntegerField("第几次")
    made_at = models.DateTimeField("建立时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="建立人",
    )

    objects = RehearsalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "演练"
        ordering = ["source", "number"]
        constraints = [
            models.UniqueConstraint(
                name="rehearsals_of_a_contest_are_numbered",
                fields=["source", "number"],
                violation_error_message="这一次演练已经建好。",
            ),
            models.CheckConstraint(
                name="rehearsal_is_another_contest",
                condition=~Q(contest=F("source")),
                violation_error_message="演练不能是活动自己。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} 第 {self.number} 次演练"
