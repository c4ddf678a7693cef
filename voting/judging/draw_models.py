"""The list of a draw as it was published, before anybody knew the seed."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from voting.judging.models import Night, Round


class DrawListQuerySet(models.QuerySet):
    def of_night(self, night: Night) -> Self:
        return self.filter(round__night=night)


class DrawList(models.Model):
    """``listed`` are the very characters whose hash was published. A list that no longer holds
    is followed by another; the latest of a round counts. ``recusals`` are pairs of seat and
    number as they stood."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="draw_lists")
    number = models.PositiveSmallIntegerField("第几份")
    title = models.CharField("名单标题", max_length=100)
    listed = models.TextField("名单")
    list_hash = models.CharField("名单校验值", max_length=64)
    recusals = models.JSONField("回避", default=list)
    published_at = models.DateTimeField("公布时间")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="公布人",
    )

    objects = DrawListQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽签名单"
        ordering = ["round", "number"]
        constraints = [
            models.UniqueConstraint(
                name="lists_of_a_draw_are_numbered", fields=["round", "number"]
            ),
            models.CheckConstraint(
                name="draw_list_has_its_hash", condition=~Q(list_hash="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} 抽签名单"
