"""初审 and 复审: rounds in which reviewers mark entries, and who goes on from each."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Prefetch, Q

from showcase.contests.models import Contest, Entry
from showcase.contests.rules import Act
from showcase.reviews.rules import shares
from site_cms.accounts.roles import Role


class Step(models.TextChoices):
    FIRST = "first", "初审"
    SECOND = "second", "复审"

    @property
    def act(self) -> Act:
        return Act.REVIEW_FIRST if self == Step.FIRST else Act.REVIEW_SECOND

    @property
    def role(self) -> Role:
        return Role.REVIEWER_FIRST if self == Step.FIRST else Role.REVIEWER_SECOND


class EndedAs(models.TextChoices):
    RECUSED = "recused", "回避"
    TAKEN_BACK = "taken_back", "改派"


class ReviewRound(models.Model):
    """One round of a contest. Its first mark freezes what it is marked and ranked by.

    ``criteria`` is a list of {"code", "name", "maximum", "step", "weight"}, all strings, so that
    the trigger which freezes this row freezes them too.
    """

    contest = models.ForeignKey(
        Contest, models.PROTECT, related_name="review_rounds", verbose_name="活动"
    )
    step = models.CharField("轮次", max_length=6, choices=Step)
    criteria = models.JSONField("评分项", default=list)
    reviewers_per_entry = models.PositiveSmallIntegerField(
        "每个单位几位评审员",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    trim_from = models.PositiveSmallIntegerField(
        "去高低分",
        null=True,
        blank=True,
        validators=[MinValueValidator(3), MaxValueValidator(20)],
        help_text="满几份评审时去掉一个最高分、一个最低分。不填就全部平均。",
    )
    normalised = models.BooleanField(
        "调整评审员宽严",
        default=False,
        help_text="把每位评审员的平均分移到全体平均分。评审员看的单位大不相同、宽严又差得多时才用；"
        "分配均衡时不需要，改过的分也不好向单位解释。",
    )
    goes_on = models.PositiveSmallIntegerField(
        "进入下一步的名额", default=20, validators=[MinValueValidator(1)]
    )
    shows_others = models.BooleanField(
        "提交后可看别人的评审",
        default=False,
        help_text="自己这一份提交以后，才能看到同一单位其他人的分数和意见。",
    )
    publishes_scores = models.BooleanField(
        "公告里写出得分", default=False, help_text="默认只公布编号和单位。"
    )
    shares_remarks = models.BooleanField(
        "把评审意见转给单位",
        default=True,
        help_text="名单确定以后，单位能看到对自己的意见，不署名，没有分数。",
    )
    frozen_at = models.DateTimeField("规则冻结", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "评审轮次"
        ordering = ["contest", "step"]
        constraints = [
            models.UniqueConstraint(
                name="contest_has_each_review_round_once",
                fields=["contest", "step"],
                violation_error_message="这一轮已经设好了。",
            ),
            models.CheckConstraint(
                name="review_round_step_is_known",
                condition=Q(step__in=Step.values),
                violation_error_message="请选择初审或复审。",
            ),
            models.CheckConstraint(
                name="review_round_sends_on_at_least_one",
                condition=Q(goes_on__gte=1, reviewers_per_entry__gte=1),
                violation_error_message="名额和每个单位的评审员至少是 1。",
            ),
            models.CheckConstraint(
                name="review_round_trims_three_or_more",
                condition=Q(trim_from=None) | Q(trim_from__gte=3),
                violation_error_message="至少 3 份评审才能去掉最高分和最低分。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest}{self.get_step_display()}"

    @property
    def kind(self) -> Step:
        return Step(self.step)

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def closes_at(self) -> datetime | None:
        if self.kind == Step.FIRST:
            return self.contest.first_review_closes_at
        return self.contest.second_review_closes_at

    def is_over(self, now: datetime) -> bool:
        return self.closes_at is not None and self.closes_at <= now

    @property
    def weighted_criteria(self) -> list[dict[str, object]]:
        return [
            row | {"share": share}
            for row, share in zip(self.criteria, shares(self.criteria), strict=True)
        ]


class ReviewQuerySet(models.QuerySet):
    def of_contest(self, contest: Contest) -> Self:
        return self.filter(round__contest=contest)

    def of_reviewer(self, user) -> Self:
        return self.filter(reviewer=user)

    def standing(self) -> Self:
        """Neither recused nor given to somebody else."""
        return self.filter(ended_at=None)

    def handed_in(self) -> Self:
        return self.standing().exclude(submitted_at=None)

    def waiting(self) -> Self:
        return self.standing().filter(submitted_at=None)

    def by_age(self) -> Self:
        """Those that wait the longest first."""
        return self.order_by(
            F("submitted_at").asc(nulls_first=True), "assigned_at", "entry__unit__code"
        )

    def with_latest_version(self) -> Self:
        return self.prefetch_related(
            Prefetch(
                "versions",
                ReviewVersion.objects.order_by("-version"),
                to_attr="newest_first",
            )
        )


class Review(models.Model):
    """One reviewer's work on one entry: the draft here, what was handed in as versions."""

    round = models.ForeignKey(
        ReviewRound, models.PROTECT, related_name="reviews", verbose_name="轮次"
    )
    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="reviews", verbose_name="参评单位"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="reviews",
        verbose_name="评审员",
    )
    assigned_at = models.DateTimeField("分配时间")
    marks = models.JSONField("草稿分数", default=dict)
    remark = models.TextField("意见", max_length=1000, blank=True)
    saved_at = models.DateTimeField("最近保存", null=True)
    submitted_at = models.DateTimeField("最近提交", null=True)
    ended_at = models.DateTimeField("不再评审", null=True)
    ended_as = models.CharField("原因", max_length=10, choices=EndedAs, blank=True)
    ended_reason = models.CharField("说明", max_length=200, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评审"
        constraints = [
            models.UniqueConstraint(
                name="reviewer_has_an_entry_of_a_round_once",
                fields=["round", "entry", "reviewer"],
                violation_error_message="这位评审员已经分到这个单位。",
            ),
            models.CheckConstraint(
                name="ended_review_says_why",
                condition=Q(ended_at=None, ended_as="")
                | (
                    Q(ended_at__isnull=False, ended_as__in=EndedAs.values)
                    & ~Q(ended_reason="")
                ),
                violation_error_message="回避或改派必须写明理由。",
            ),
            models.CheckConstraint(
                name="handed_in_review_is_not_given_away",
                condition=Q(submitted_at=None) | ~Q(ended_as=EndedAs.TAKEN_BACK),
                violation_error_message="已经提交的评审不能改派。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer}评{self.entry.unit}"

    @property
    def state(self) -> str:
        if self.ended_at is not None:
            return self.get_ended_as_display()
        if self.submitted_at is not None:
            return "已提交"
        return "草稿" if self.saved_at is not None else "没有开始"

    @property
    def has_changes(self) -> bool:
        """A draft that was written after the last version."""
        return bool(
            self.submitted_at and self.saved_at and self.saved_at > self.submitted_at
        )


class ReviewVersion(models.Model):
    """What was handed in, each time. The last one counts; none is ever changed."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField("第几次")
    marks = models.JSONField("分数")
    remark = models.TextField("意见", max_length=1000)
    submitted_at = models.DateTimeField("提交时间")

    class Meta:
        verbose_name = verbose_name_plural = "提交的评审"
        ordering = ["review", "version"]
        constraints = [
            models.UniqueConstraint(
                name="review_has_each_version_once", fields=["review", "version"]
            ),
            models.CheckConstraint(
                name="handed_in_review_has_its_remark", condition=~Q(remark="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review} 第 {self.version} 次"


class Release(models.Model):
    """An entry that is ranked although reviews of it are missing, and why."""

    round = models.ForeignKey(ReviewRound, models.PROTECT, related_name="releases")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")
    reason = models.CharField("理由", max_length=200)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "缺评放行"
        constraints = [
            models.UniqueConstraint(
                name="entry_is_released_once_a_round", fields=["round", "entry"]
            ),
            models.CheckConstraint(
                name="release_has_its_reason", condition=~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}：{self.entry.unit}"


class SelectionQuerySet(models.QuerySet):
    def standing(self) -> Self:
        return self.filter(undone_at=None)


class Selection(models.Model):
    """The act that ends a round: who goes on, from which marks, told how.

    Only the columns that undo it can be set afterwards.
    """

    round = models.ForeignKey(ReviewRound, models.PROTECT, related_name="selections")
    selected_at = models.DateTimeField("确定时间")
    selected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    second_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    inputs = models.JSONField("依据")
    inputs_hash = models.CharField("校验值", max_length=64)
    outcome = models.JSONField("排名")
    notice = models.ForeignKey(
        "wagtailcore.Page", models.SET_NULL, null=True, related_name="+"
    )
    undone_at = models.DateTimeField("撤回时间", null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    undo_reason = models.CharField("撤回理由", max_length=200, blank=True)

    objects = SelectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "进入名单"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="round_has_one_standing_selection",
                fields=["round"],
                condition=Q(undone_at=None),
            ),
            models.CheckConstraint(
                name="undone_selection_says_why",
                condition=Q(undone_at=None, undone_by=None, undo_reason="")
                | (
                    Q(undone_at__isnull=False, undone_by__isnull=False)
                    & ~Q(undo_reason="")
                ),
                violation_error_message="撤回必须写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}进入名单"


class SelectedEntry(models.Model):
    """One entry that went on, with the number it got if the round leads to the poll."""

    selection = models.ForeignKey(Selection, models.PROTECT, related_name="entries")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="selected")
    number = models.PositiveSmallIntegerField("编号", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "进入的单位"
        ordering = ["selection", "number", "entry__unit__code"]
        constraints = [
            models.UniqueConstraint(
                name="entry_is_selected_once", fields=["selection", "entry"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.selection}：{self.entry}"
