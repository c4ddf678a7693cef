from datetime import datetime
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.db import models

from site_cms.accounts.rules import MEMORY


class User(AbstractUser):
    """A person who signs in. Citizens and judges never do."""

    must_change_password = models.BooleanField(
        "下次登录须改密码", default=False, help_text="首次登录信上的密码只能用一次。"
    )

    class Meta(AbstractUser.Meta):
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_full_name(self) -> str:
        """Surname first, no space, as names are written in Chinese."""
        return f"{self.last_name}{self.first_name}".strip()


class FailedSignInsQuerySet(models.QuerySet):
    def forgotten(self, now: datetime) -> Self:
        return self.filter(last_at__lte=now - MEMORY)


class FailedSignIns(models.Model):
    """Wrong passwords for one name from one network.

    Neither is stored: people type passwords into the name field. ``key`` is a keyed
    hash of both.
    """

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    blocked_until = models.DateTimeField(null=True)

    objects = FailedSignInsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "登录失败计数"

    def __str__(self) -> str:
        return f"登录失败 {self.count} 次"
