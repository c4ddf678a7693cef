from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from showcase.contests.models import Contest
from voting.rulesheets.models import RuleSheet


class ComputationQuerySet(models.QuerySet):
    def of_contest(self, contest: Contest) -> Self:
        return self.filter(contest=contest)


class Computation(models.Model):
    """One run of the engine: what went in and what came out, each with its hash.

    Rows are only ever added. Nothing here is public before a publication names it.
    """

    contest = models.ForeignKey(
        Contest, models.PROTECT, related_name="computations", verbose_name="活动"
    )
    rule_sheet = models.ForeignKey(
        RuleSheet, models.PROTECT, related_name="+", verbose_name="计分规则"
    )
    computed_at = models.DateTimeField("计算时间")
    computed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="计算人",
    )
    engine = models.CharField("引擎版本", max_length=40)
    inputs = models.JSONField("输入")
    inputs_hash = models.CharField("输入校验值", max_length=64)
    outcome = models.JSONField("结果")
    outcome_hash = models.CharField("结果校验值", max_length=64)
    aside = models.JSONField("随附说明", default=dict)

    objects = ComputationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计算"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.contest} {self.computed_at:%Y-%m-%d %H:%M:%S}"


class PublicationQuerySet(models.QuerySet):
    def published(self, now) -> Self:
        return self.filter(published_at__lte=now)


class Publication(models.Model):
    """The computation that the public sees, and the two people who let it out."""

    contest = models.ForeignKey(
        Contest, models.PROTECT, related_name="publications", verbose_name="活动"
    )
    computation = models.ForeignKey(
        Computation, models.PROTECT, related_name="+", verbose_name="计算"
    )
    published_at = models.DateTimeField("公布时间")
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

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公布"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="contest_publishes_its_result_once",
                fields=["contest"],
                violation_error_message="结果已经公布。",
            ),
            models.CheckConstraint(
                name="publication_is_by_two_people",
                condition=~Q(confirmed_by=F("proposed_by")),
                violation_error_message="提出人不能复核自己提出的事项，请另一位有权限的人复核。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest}结果"
