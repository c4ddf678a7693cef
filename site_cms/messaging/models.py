from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q


class AllowanceQuerySet(models.QuerySet):
    def over(self, now: datetime) -> Self:
        return self.filter(ends_at__lte=now)


class Allowance(models.Model):
    """How much of a limit is used up in one window of time.

    ``key`` is a keyed hash: neither a telephone number nor an address is stored. The
    limit stands in the row, so that the database itself refuses more.
    """

    key = models.CharField(max_length=64, primary_key=True)
    used = models.PositiveIntegerField(default=0)
    most = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    objects = AllowanceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "用量"
        constraints = [
            models.CheckConstraint(
                name="allowance_is_not_exceeded", condition=Q(used__lte=F("most"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.used}/{self.most}"
