from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from showcase.contests.models import Contest
from showcase.contests.rules import Stage
from voting.polls.rules import Counts, Form, QuotaPeriod
from voting.polls.voters.registry import ADAPTERS

FORMS = [
    (Form.APPROVAL.value, "选出认可的单位"),
    (Form.GRADING.value, "给每个单位评满意度"),
]
QUOTA_PERIODS = [
    (QuotaPeriod.POLL.value, "整个测评期间"),
    (QuotaPeriod.DAY.value, "每天（北京时间）"),
]
COUNTS = [
    (Counts.HIDDEN.value, "截止以前不公布"),
    (Counts.DAILY.value, "每天 18:00 公布一次"),
]


def device_only() -> list[str]:
    return ["device"]


class Poll(models.Model):
    """The public vote of a contest. Its times are the contest's.

    Opening freezes a copy of all this; from then on the copy alone is read. Its key is
    small because each ballot repeats it.
    """

    id = models.SmallAutoField(primary_key=True)
    contest = models.OneToOneField(
        Contest, models.PROTECT, related_name="poll", verbose_name="活动"
    )
    form = models.CharField(
        "选票形式", max_length=8, choices=FORMS, default=Form.APPROVAL.value
    )
    picks_min = models.PositiveSmallIntegerField(
        "最少选几个", default=1, validators=[MinValueValidator(1)]
    )
    picks_max = models.PositiveSmallIntegerField(
        "最多选几个", default=10, help_text="和最少相同，就是必须正好选这么多。"
    )
    quota = models.PositiveSmallIntegerField(
        "每人几张选票",
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    quota_period = models.CharField(
        "张数按什么算",
        max_length=4,
        choices=QUOTA_PERIODS,
        default=QuotaPeriod.POLL.value,
    )
    adapters = models.JSONField("怎样认定投票人", default=device_only)
    counts = models.CharField(
        "测评期间的票数",
        max_length=6,
        choices=COUNTS,
        default=Counts.HIDDEN.value,
        help_text="开放以前定好，开放以后不能改。",
    )
    key_name = models.CharField("密钥名称", max_length=80, unique=True, editable=False)
    key_fingerprint = models.CharField("密钥指纹", max_length=64, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "民意测评"
        constraints = [
            models.CheckConstraint(
                name="poll_form_is_known",
                condition=Q(form__in=[value for value, _ in FORMS]),
                violation_error_message="请选择选票形式。",
            ),
            models.CheckConstraint(
                name="poll_picks_are_in_order",
                condition=Q(picks_min__gte=1, picks_min__lte=F("picks_max")),
                violation_error_message="最少至少为 1 个，且不多于最多。",
            ),
            models.CheckConstraint(
                name="poll_quota_is_between_1_and_20",
                condition=Q(quota__gte=1, quota__lte=20),
                violation_error_message="每人 1 到 20 张。",
            ),
            models.CheckConstraint(
                name="poll_quota_period_is_known",
                condition=Q(quota_period__in=[value for value, _ in QUOTA_PERIODS]),
                violation_error_message="请选择张数按什么算。",
            ),
            models.CheckConstraint(
                name="poll_counts_policy_is_known",
                condition=Q(counts__in=[value for value, _ in COUNTS]),
                violation_error_message="请选择测评期间是否公布票数。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest}民意测评"

    @property
    def is_opened(self) -> bool:
        return Stage.POLL in self.contest.openings.stages()

    def clean(self) -> None:
        unknown = [name for name in self.adapters or [] if name not in ADAPTERS]
        if not self.adapters or unknown:
            raise ValidationError({"adapters": "请至少选择一种认定投票人的方式。"})


class BallotQuerySet(models.QuerySet):
    def of_poll(self, poll_id: int) -> Self:
        return self.filter(poll_id=poll_id)

    def latest_first(self) -> Self:
        return self.order_by("-id")


class Ballot(models.Model):
    """One person's vote. Rows are only ever inserted, by :mod:`voting.polls.casting`.

    The order of the columns leaves no padding. ``id`` comes from a sequence and says when
    a row was made relative to others; it is not the primary key, and on PostgreSQL it has
    a BRIN index only. A migration of its own gives the table what models cannot say.
    """

    id = models.BigIntegerField(editable=False)
    cast_at = models.DateTimeField("收到时间", editable=False)
    poll = models.ForeignKey(
        Poll, models.PROTECT, related_name="ballots", db_index=False, editable=False
    )
    request_key = models.UUIDField(primary_key=True, editable=False)
    voter_key = models.UUIDField(unique=True, editable=False)
    choices = models.BinaryField(editable=False)

    objects = BallotQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "选票"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.poll} {self.cast_at:%Y-%m-%d %H:%M}"


class BallotSignal(models.Model):
    """What is known of the request that brought a ballot, apart from it and deletable.

    Addresses are kept as keyed hashes alone, with the poll's key. ``voter_day`` is
    HMAC(poll key, voter ‖ day): it finds one voter's ballots of a day while the key lives.
    """

    ballot_id = models.BigIntegerField(primary_key=True)
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="+", db_index=False)
    minute = models.DateTimeField("收到时间")
    voter_day = models.UUIDField("投票人当天")
    prefix = models.UUIDField("网段")
    network = models.UUIDField("地址")
    adapter = models.CharField("认定方式", max_length=8)
    client = models.CharField("浏览器", max_length=16)
    device_age = models.PositiveIntegerField("设备多久以前第一次来，分钟", null=True)
    difficulty = models.PositiveIntegerField("工作量", default=0)
    unthrottled = models.BooleanField("没有限流", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "选票旁证"
        ordering = ["ballot_id"]

    def __str__(self) -> str:
        return f"{self.poll} {self.minute:%Y-%m-%d %H:%M}"


class PauseQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(resumed_at=None)


class PollPause(models.Model):
    """A time in which no ballot is taken. It ends by an act too, and is public."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="pauses")
    paused_at = models.DateTimeField("暂停时间")
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    notice = models.CharField("公告", max_length=300)
    resumed_at = models.DateTimeField("恢复时间", null=True, blank=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )

    objects = PauseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "暂停"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="poll_has_one_open_pause",
                fields=["poll"],
                condition=Q(resumed_at=None),
            ),
            models.CheckConstraint(
                name="pause_has_its_notice", condition=~Q(notice="")
            ),
            models.CheckConstraint(
                name="pause_ends_after_it_began",
                condition=Q(resumed_at=None) | Q(resumed_at__gte=F("paused_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll} {self.paused_at:%Y-%m-%d %H:%M}"
