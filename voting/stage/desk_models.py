"""Who sits at the host's console. One browser acts, others watch until they take it over."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from voting.judging.models import Night


class HostingQuerySet(models.QuerySet):
    def now(self) -> Self:
        return self.filter(left_at=None)


class Hosting(models.Model):
    """One time at the console. ``desk`` names the browser, by a hash of its session."""

    night = models.ForeignKey(Night, models.PROTECT, related_name="hostings")
    host = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="主持人",
    )
    desk = models.CharField("电脑", max_length=64)
    taken_at = models.DateTimeField("开始主持")
    acted_at = models.DateTimeField("最近操作")
    left_at = models.DateTimeField("交出时间", null=True, blank=True)

    objects = HostingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "主持台"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="night_has_one_host_at_a_time",
                fields=["night"],
                condition=Q(left_at=None),
                violation_error_message="已经有人在主持。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.host} 主持 {self.night}"
