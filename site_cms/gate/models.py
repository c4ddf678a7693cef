from datetime import datetime
from typing import Self

from django.db import models


class SpentWorkQuerySet(models.QuerySet):
    def expired(self, now: datetime) -> Self:
        return self.filter(expires_at__lte=now)


class SpentWork(models.Model):
    """A proof of work that was used. Its row is what makes one solution good once."""

    challenge = models.UUIDField("题目", primary_key=True, editable=False)
    expires_at = models.DateTimeField("失效时间", db_index=True, editable=False)

    objects = SpentWorkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "用过的工作量证明"

    def __str__(self) -> str:
        return str(self.challenge)
