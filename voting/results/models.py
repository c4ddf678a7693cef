from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from showcase.contests.models import Contest
from site_cms.trail.two_people import ByTwoPeople, by_two_people
from voting.results.promise_models import Promise
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


class Check(models.Model):
    """What the second implementation said of one computation, from an exported bundle alone.

    ``said`` is its last line: that all is equal, or the first difference.
    """

    computation = models.ForeignKey(
        Computation, models.PROTECT, related_name="checks", verbose_name="计算"
    )
    checked_at = models.DateTimeField("核对时间")
    bundle_sha256 = models.CharField("核对包校验值", max_length=64)
    verifier_sha256 = models.CharField("核对程序校验值", max_length=64)
    agrees = models.BooleanField("一致")
    said = models.TextField("核对程序的话")

    class Meta:
        verbose_name = verbose_name_plural = "核对"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.computation} {'一致' if self.agrees else '不一致'}"


class PublicationQuerySet(models.QuerySet):
    def of_contest(self, contest: Contest) -> Self:
        return self.filter(contest=contest)

    def in_force(self) -> Self:
        """Of each contest the newest revision first."""
        return self.order_by("contest", "-revision")


class Publication(ByTwoPeople):
    """A computation that two people let stand: the provisional result, or its correction.

    ``revision`` 0 is the provisional result, n its n-th correction, which has a ``reason``.
    What the public may read of it begins with the contest's :class:`Release`.
    """

    contest = models.ForeignKey(
        Contest, models.PROTECT, related_name="publications", verbose_name="活动"
    )
    computation = models.ForeignKey(
        Computation, models.PROTECT, related_name="+", verbose_name="计算"
    )
    check_before = models.ForeignKey(
        Check, models.PROTECT, null=True, related_name="+", verbose_name="核对"
    )
    revision = models.PositiveSmallIntegerField("更正次数", default=0)
    reason = models.TextField("更正理由", blank=True)
    published_at = models.DateTimeField("确定时间")

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公布"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="contest_has_each_revision_of_its_result_once",
                fields=["contest", "revision"],
                violation_error_message="结果已经确定。",
            ),
            models.CheckConstraint(
                name="corrected_result_has_its_reason",
                condition=Q(revision=0, reason="") | Q(revision__gt=0) & ~Q(reason=""),
                violation_error_message="更正结果必须写明理由。",
            ),
            by_two_people("publication_is_by_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.contest}结果{self.label}"

    @property
    def label(self) -> str:
        """Nothing for the first one; 更正第 2 版 and so on."""
        return f"（更正第 {self.revision} 版）" if self.revision else ""


class Release(models.Model):
    """From here on everybody may read the result: the reveal has ended, or there is none."""

    contest = models.OneToOneField(
        Contest, models.PROTECT, related_name="release", verbose_name="活动"
    )
    released_at = models.DateTimeField("公开时间")
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="公开人",
    )

    class Meta:
        verbose_name = verbose_name_plural = "公开"

    def __str__(self) -> str:
        return f"{self.contest} {self.released_at:%Y-%m-%d %H:%M}"


class Finalisation(ByTwoPeople):
    """Two people make a result final, after its public notice. Nothing changes from here on."""

    publication = models.OneToOneField(
        Publication, models.PROTECT, related_name="finalisation", verbose_name="结果"
    )
    finalised_at = models.DateTimeField("最终确定时间")
    notice = models.JSONField("公示情况", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "最终结果"
        ordering = ["id"]
        constraints = [
            by_two_people("finalisation_is_by_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.publication} 最终"


class TieQuerySet(models.QuerySet):
    def of_contest(self, contest: Contest) -> Self:
        return self.filter(contest=contest)


class TieLot(models.Model):
    """The seed thrown in public for the equals that the ladder left, once they were known.

    ``list_hashes`` are the SHA-256 of the lists of equals, promised in the log before the
    seed. Lists that no longer hold are followed by others, until their seed is thrown; equals
    that a correction brings later get a lot of their own.
    """

    contest = models.ForeignKey(
        Contest, models.PROTECT, related_name="tie_lots", verbose_name="活动"
    )
    number = models.PositiveSmallIntegerField("第几次")
    computation = models.ForeignKey(
        Computation, models.PROTECT, related_name="+", verbose_name="计算"
    )
    list_hashes = models.JSONField("名单校验值")
    promise = models.OneToOneField(
        Promise, models.PROTECT, related_name="+", verbose_name="日志里的承诺"
    )
    listed_at = models.DateTimeField("名单公布时间")
    listed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    seed = models.CharField("种子", max_length=200, null=True, blank=True)  # noqa: DJ001
    drawn_at = models.DateTimeField("抽签时间", null=True, blank=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = TieQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "同分抽签"
        ordering = ["contest", "number"]
        constraints = [
            models.UniqueConstraint(
                name="lots_of_a_contest_are_numbered", fields=["contest", "number"]
            ),
            models.CheckConstraint(
                name="tie_lot_is_drawn_whole_or_not_at_all",
                condition=Q(
                    seed__isnull=True,
                    drawn_at__isnull=True,
                    drawn_by__isnull=True,
                    confirmed_by__isnull=True,
                )
                | Q(
                    seed__isnull=False,
                    drawn_at__isnull=False,
                    drawn_by__isnull=False,
                    confirmed_by__isnull=False,
                )
                & ~Q(seed=""),
            ),
            models.CheckConstraint(
                name="tie_lot_is_read_by_two_people",
                condition=Q(drawn_by=None) | ~Q(confirmed_by=F("drawn_by")),
                violation_error_message="读种子的两个人不能是同一个人。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest}第 {self.number} 次同分抽签"


class TieDecision(models.Model):
    """Equals put in order by named people: an input of the next computation.

    ``order`` are the plates, best first; ``decided_by`` the names as they shall be read.
    """

    contest = models.ForeignKey(
        Contest, models.PROTECT, related_name="tie_decisions", verbose_name="活动"
    )
    order = models.JSONField("先后")
    decided_by = models.JSONField("裁定人")
    reason = models.TextField("理由")
    decided_at = models.DateTimeField("裁定时间")
    promise = models.OneToOneField(
        Promise, models.PROTECT, related_name="+", verbose_name="日志里的承诺"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="录入人",
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="复核人",
    )

    objects = TieQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "同分裁定"
        ordering = ["id"]
        constraints = [
            by_two_people("tie_decision_is_by_two_people"),
            models.CheckConstraint(
                name="tie_decision_has_its_reason",
                condition=~Q(reason=""),
                violation_error_message="裁定必须写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest}：{' '.join(self.order)}"
