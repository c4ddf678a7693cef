from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from showcase.contests.rules import ORDER, Stage, Times
from showcase.units.models import Unit


class ContestQuerySet(models.QuerySet):
    def real(self) -> Self:
        return self.filter(practice=False)

    def shown(self) -> Self:
        """What the public may see: rehearsals and imports are hidden."""
        return self.filter(hidden=False)

    def not_archived(self) -> Self:
        """What operators still work on, rehearsals too."""
        return self.filter(archived_at=None)


class Contest(models.Model):
    """One edition. Its times decide what is open; :mod:`showcase.contests.rules` says how."""

    slug = models.SlugField("网址名", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    county = models.CharField("县（市、区）", max_length=20)
    approval_number = models.CharField(
        "批准文号", max_length=60, blank=True, help_text="开展评比活动的批准文件。"
    )
    practice = models.BooleanField(
        "演练或样例",
        default=False,
        help_text="建好后不能改。样例、演练和导入的数据都带醒目的横幅，任何正式活动都不引用。",
    )
    practice_note = models.CharField("横幅文字", max_length=60, blank=True)
    hidden = models.BooleanField("不对外显示", default=False)
    finalists = models.PositiveSmallIntegerField("入围名额", default=20)
    flags = models.PositiveSmallIntegerField("红旗名额", default=10)

    nomination_opens_at = models.DateTimeField("自荐开始", null=True, blank=True)
    nomination_closes_at = models.DateTimeField("自荐截止", null=True, blank=True)
    first_review_closes_at = models.DateTimeField("初审截止", null=True, blank=True)
    second_review_closes_at = models.DateTimeField("复审截止", null=True, blank=True)
    shortlisted_at = models.DateTimeField("公布入围", null=True, blank=True)
    poll_opens_at = models.DateTimeField("民意测评开始", null=True, blank=True)
    poll_closes_at = models.DateTimeField("民意测评截止", null=True, blank=True)
    night_opens_at = models.DateTimeField("现场评比会开始", null=True, blank=True)
    night_closed_at = models.DateTimeField("现场评分结束", null=True, blank=True)
    provisional_at = models.DateTimeField("拟定结果", null=True, blank=True)
    notice_closes_at = models.DateTimeField("公示截止", null=True, blank=True)
    finalised_at = models.DateTimeField("最终结果", null=True, blank=True)
    archived_at = models.DateTimeField("归档", null=True, blank=True)

    objects = ContestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "活动"
        ordering = ["-poll_opens_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="contest_poll_opens_before_it_closes",
                condition=Q(poll_opens_at__lt=F("poll_closes_at")),
                violation_error_message="民意测评的开始时间必须早于截止时间。",
            ),
            models.CheckConstraint(
                name="contest_flags_are_not_more_than_finalists",
                condition=Q(flags__gte=1, flags__lte=F("finalists")),
                violation_error_message="红旗名额至少 1 个，且不多于入围名额。",
            ),
            models.CheckConstraint(
                name="contest_practice_has_its_band",
                condition=Q(practice=False) | ~Q(practice_note=""),
                violation_error_message="演练或样例必须写横幅文字，让每个人一眼看出不是正式活动。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def times(self) -> Times:
        return Times(**{name: getattr(self, name) for name in ORDER})


class OpeningQuerySet(models.QuerySet):
    def stages(self) -> frozenset[str]:
        return frozenset(self.values_list("stage", flat=True))


class Opening(models.Model):
    """The "opened" act of a stage: its gate was met, and this is what was frozen."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="openings")
    stage = models.CharField("阶段", max_length=16)
    opened_at = models.DateTimeField("开放时间")
    frozen = models.JSONField("冻结内容")
    frozen_hash = models.CharField("校验值", max_length=64)

    objects = OpeningQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "开放记录"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="contest_opens_each_stage_once", fields=["contest", "stage"]
            ),
            models.CheckConstraint(
                name="opening_stage_is_known",
                condition=Q(stage__in=[Stage.POLL, Stage.NIGHT]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest} {self.stage}"


class Gone(models.TextChoices):
    """Why an entry takes part no more, in the words that stand beside it."""

    WITHDRAWN = "withdrawn", "已退出评议"
    DISQUALIFIED = "disqualified", "已取消资格"


class EntryQuerySet(models.QuerySet):
    def shortlisted(self) -> Self:
        return self.exclude(shortlisted_at=None)

    def standing(self, now: datetime) -> Self:
        """Shortlisted and not withdrawn: what counts."""
        return self.shortlisted().filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=now))

    def in_number_order(self) -> Self:
        return self.order_by("number")


class Entry(models.Model):
    """One unit in one contest, with the number it has on card, ballot, stage and paper."""

    contest = models.ForeignKey(
        Contest, models.PROTECT, related_name="entries", verbose_name="活动"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="entries", verbose_name="单位"
    )
    number = models.PositiveSmallIntegerField("编号", null=True, blank=True)
    shortlisted_at = models.DateTimeField("入围时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("退出时间", null=True, blank=True)
    withdrawal_kind = models.CharField(
        "退出方式", max_length=12, choices=Gone, default=Gone.WITHDRAWN
    )
    withdrawal_notice = models.TextField("退出公告", blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参评"
        ordering = ["contest", "number"]
        constraints = [
            models.UniqueConstraint(
                name="unit_enters_a_contest_once",
                fields=["contest", "unit"],
                violation_error_message="这个单位已经参评。",
            ),
            models.UniqueConstraint(
                name="entry_number_is_unique_in_its_contest",
                fields=["contest", "number"],
                violation_error_message="这个编号已经用过。",
            ),
            models.CheckConstraint(
                name="shortlisted_entry_has_a_number",
                condition=Q(shortlisted_at=None) | Q(number__gte=1),
                violation_error_message="入围的单位必须有编号。",
            ),
            models.CheckConstraint(
                name="withdrawn_entry_has_its_notice",
                condition=Q(withdrawn_at=None) | ~Q(withdrawal_notice=""),
                violation_error_message="退出必须同时写明公告。",
            ),
            models.CheckConstraint(
                name="entry_withdrawal_kind_is_known",
                condition=Q(withdrawal_kind__in=Gone.values),
                violation_error_message="请选择退出还是取消资格。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plate} {self.unit}"

    def is_gone(self, now: datetime) -> bool:
        return self.withdrawn_at is not None and self.withdrawn_at <= now

    @property
    def gone(self) -> str:
        """已退出评议 or 已取消资格; nothing while it takes part."""
        return self.get_withdrawal_kind_display() if self.withdrawn_at else ""

    @property
    def plate(self) -> str:
        """The number as everybody sees it: two digits, three only above 99."""
        return f"{self.number:02d}" if self.number is not None else ""
