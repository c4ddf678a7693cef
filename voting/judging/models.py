"""The night's rows. Marks, locks and draws are only ever inserted; every state is derived."""

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from showcase.contests.models import Contest, Entry
from site_cms.trail.models import Proposal
from voting.judging.rules import HIGHEST_VERSION, PIN_TRIES, Clock, MarkRange

# No 0 and O, no 1 and I: a code is read aloud and copied by hand.
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class LockingQuerySet(models.QuerySet):
    def held(self, pk: int) -> Self:
        """Lock one row until the end of the transaction, then let the caller read it afresh.

        Two statements, because PostgreSQL rereads only the row that it waited for: what is
        joined to it in the same statement would be as it was before the wait.
        """
        list(self.model.objects.select_for_update(no_key=True).filter(pk=pk))
        return self.filter(pk=pk)


class NightQuerySet(LockingQuerySet):
    def raise_revision(self, night_id: int) -> None:
        """Something changed that a screen may show."""
        self.filter(pk=night_id).update(revision=F("revision") + 1)


class Night(models.Model):
    """The evening of one contest: who is on stage, and how often what screens show changed."""

    contest = models.OneToOneField(
        Contest, models.PROTECT, related_name="night", verbose_name="活动"
    )
    current_turn = models.ForeignKey(
        "voting.Turn",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="台上单位",
    )
    shows_scores = models.BooleanField("大屏亮分", default=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects = NightQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "现场评比会"

    def __str__(self) -> str:
        return f"{self.contest} 现场评比会"


class Panel(models.Model):
    """A group of seats. Its weight is in the rule sheet, and nowhere else."""

    night = models.ForeignKey(Night, models.PROTECT, related_name="panels")
    code = models.CharField("代号", max_length=40)
    name = models.CharField("名称", max_length=40)
    order = models.PositiveSmallIntegerField("次序")

    class Meta:
        verbose_name = verbose_name_plural = "评委组"
        ordering = ["night", "order"]
        constraints = [
            models.UniqueConstraint(
                name="panel_code_is_unique_in_its_night",
                fields=["night", "code"],
                violation_error_message="这个评委组代号已经用过。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Round(models.Model):
    """One pass over the entries, with its own criteria and the panels that judge it."""

    night = models.ForeignKey(Night, models.PROTECT, related_name="rounds")
    code = models.CharField("代号", max_length=40)
    name = models.CharField("名称", max_length=40)
    order = models.PositiveSmallIntegerField("次序")
    panels = models.ManyToManyField(Panel, related_name="rounds", verbose_name="评委组")
    presenting_seconds = models.PositiveSmallIntegerField("汇报时间（秒）", default=300)
    marking_seconds = models.PositiveSmallIntegerField("打分时间（秒）", default=180)

    class Meta:
        verbose_name = verbose_name_plural = "轮次"
        ordering = ["night", "order"]
        constraints = [
            models.UniqueConstraint(
                name="round_code_is_unique_in_its_night",
                fields=["night", "code"],
                violation_error_message="这个轮次代号已经用过。",
            ),
            models.CheckConstraint(
                name="round_has_time_to_present_and_to_mark",
                condition=Q(presenting_seconds__gte=10, marking_seconds__gte=10),
                violation_error_message="汇报和打分时间都至少 10 秒。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """What is marked in a round, between which bounds and in which steps."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="criteria")
    code = models.CharField("代号", max_length=40)
    name = models.CharField("评分项", max_length=40)
    hint = models.CharField("看什么", max_length=80, blank=True)
    order = models.PositiveSmallIntegerField("次序")
    minimum = models.DecimalField("最低分", max_digits=8, decimal_places=4, default=0)
    maximum = models.DecimalField("满分", max_digits=8, decimal_places=4)
    step = models.DecimalField("每档", max_digits=8, decimal_places=4)

    class Meta:
        verbose_name = verbose_name_plural = "评分项"
        ordering = ["round", "order"]
        constraints = [
            models.UniqueConstraint(
                name="criterion_code_is_unique_in_its_round",
                fields=["round", "code"],
                violation_error_message="这个评分项代号已经用过。",
            ),
            models.CheckConstraint(
                name="criterion_has_room_and_a_step",
                condition=Q(minimum__gte=0, maximum__gt=F("minimum"), step__gt=0),
                violation_error_message="满分要大于最低分，每档要大于 0。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def range(self) -> MarkRange:
        return MarkRange(
            self.code,
            self.name,
            self.minimum.normalize(),
            self.maximum.normalize(),
            self.step.normalize(),
        )


class SeatKind(models.TextChoices):
    OFFICIAL = "official", "正式"
    PRACTICE = "practice", "练习"
    OBSERVER = "observer", "观摩"


class SeatQuerySet(LockingQuerySet):
    def official(self) -> Self:
        return self.filter(kind=SeatKind.OFFICIAL)

    def of_night(self, night: Night) -> Self:
        return self.filter(night=night)

    def judging(self, round_: Round) -> Self:
        return self.filter(panel__rounds=round_)

    def in_order(self) -> Self:
        return self.order_by("panel__order", "code")


class Seat(models.Model):
    """One judge's place. The card's token and the PIN are kept only as hashes.

    ``generation`` counts the devices that have had the seat; the latest one has it.
    """

    night = models.ForeignKey(Night, models.PROTECT, related_name="seats")
    panel = models.ForeignKey(
        Panel, models.PROTECT, related_name="seats", verbose_name="评委组"
    )
    code = models.CharField("席位", max_length=8)
    name = models.CharField("姓名", max_length=20)
    organisation = models.CharField("单位", max_length=40, blank=True)
    place = models.CharField("座次", max_length=20, blank=True)
    kind = models.CharField(
        "类别", max_length=8, choices=SeatKind, default=SeatKind.OFFICIAL
    )
    card_hash = models.CharField(max_length=64, unique=True, editable=False)
    pin_hash = models.CharField(max_length=64, editable=False)
    pin_failures = models.PositiveSmallIntegerField(default=0, editable=False)
    generation = models.PositiveSmallIntegerField(default=1, editable=False)
    carded_at = models.DateTimeField("席卡印发时间", null=True, editable=False)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "席位"
        ordering = ["night", "code"]
        constraints = [
            models.UniqueConstraint(
                name="seat_code_is_unique_in_its_night",
                fields=["night", "code"],
                violation_error_message="这个席位号已经用过。",
            ),
            models.CheckConstraint(
                name="seat_kind_is_known",
                condition=Q(kind__in=SeatKind.values),
                violation_error_message="请选择席位类别。",
            ),
            models.CheckConstraint(
                name="seat_pin_tries_are_limited",
                condition=Q(pin_failures__lte=PIN_TRIES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_official(self) -> bool:
        return self.kind == SeatKind.OFFICIAL

    @property
    def is_blocked(self) -> bool:
        return self.pin_failures >= PIN_TRIES


class DeviceQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        return self.filter(generation=None, refused_at=None)


class Device(models.Model):
    """A phone or tablet that knew card and PIN. It has the seat while their generations agree.

    Without a generation it waits for the host's nod. ``drafting`` and ``seen_at`` are what it
    last said of itself: no marks, only that there are some.
    """

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="devices")
    generation = models.PositiveSmallIntegerField(null=True, blank=True)
    label = models.CharField("设备", max_length=40)
    asked_at = models.DateTimeField("请求时间")
    allowed_at = models.DateTimeField("就座时间", null=True, blank=True)
    refused_at = models.DateTimeField("拒绝时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="同意人",
    )
    seen_at = models.DateTimeField("最近联系")
    drafting = models.ForeignKey(
        "voting.Turn", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评委设备"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="seat_has_one_device_a_generation", fields=["seat", "generation"]
            ),
            models.UniqueConstraint(
                name="seat_has_one_device_waiting",
                fields=["seat"],
                condition=Q(generation=None, refused_at=None),
            ),
            models.CheckConstraint(
                name="device_with_a_generation_was_allowed",
                condition=Q(generation=None, allowed_at=None)
                | Q(generation__isnull=False, allowed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} {self.label}"

    @property
    def has_the_seat(self) -> bool:
        return self.generation is not None and self.generation == self.seat.generation


class Recusal(models.Model):
    """A seat that does not mark one entry, known before the draw."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="recusals")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="recusals")
    reason = models.CharField("理由", max_length=100)
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        ordering = ["seat", "entry"]
        constraints = [
            models.UniqueConstraint(
                name="seat_is_recused_from_an_entry_once",
                fields=["seat", "entry"],
                violation_error_message="这个席位已经登记回避这个单位。",
            ),
            models.CheckConstraint(
                name="recusal_has_its_reason",
                condition=~Q(reason=""),
                violation_error_message="请写明回避的理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} 回避 {self.entry}"


class Draw(models.Model):
    """How the running order of a round came about: anybody can do it again from this row."""

    round = models.OneToOneField(Round, models.PROTECT, related_name="draw")
    title = models.CharField("名单标题", max_length=100)
    listed = models.TextField("名单")
    list_hash = models.CharField("名单校验值", max_length=64)
    seed = models.CharField("种子", max_length=200)
    drawn_at = models.DateTimeField("抽签时间")

    class Meta:
        verbose_name = verbose_name_plural = "抽签"

    def __str__(self) -> str:
        return f"{self.round} 抽签"


class TurnQuerySet(LockingQuerySet):
    def of_night(self, night: Night) -> Self:
        return self.filter(round__night=night)

    def in_order(self) -> Self:
        return self.order_by("round__order", "order")

    def locked(self) -> Self:
        return self.filter(lock__isnull=False)

    def unlocked(self) -> Self:
        return self.filter(lock=None)

    def standing(self, now: datetime) -> Self:
        """Entries that have not withdrawn."""
        return self.filter(Q(entry__withdrawn_at=None) | Q(entry__withdrawn_at__gt=now))


class Turn(models.Model):
    """An entry's appearance in a round. Its place in the order never changes."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="turns")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="turns")
    order = models.PositiveSmallIntegerField("出场")
    called_at = models.DateTimeField("上台时间", null=True, blank=True)
    opened_at = models.DateTimeField("开放打分", null=True, blank=True)
    shown_at = models.DateTimeField("亮分时间", null=True, blank=True)
    clock_held_at = models.DateTimeField("计时暂停于", null=True, blank=True)
    clock_added = models.PositiveIntegerField("计时多给（秒）", default=0)
    # Its marking opens and closes with this later turn: "score these two together".
    marked_with = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="marked_before",
        verbose_name="一起打分",
    )
    outliers_checked_at = models.DateTimeField("离群检查", null=True, blank=True)
    # The latest request for a lock that the host took back; it and those before it are over.
    recalled_request = models.ForeignKey(
        Proposal,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="撤回的送签",
    )

    objects = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "出场"
        ordering = ["round", "order"]
        constraints = [
            models.UniqueConstraint(
                name="entry_appears_once_in_a_round", fields=["round", "entry"]
            ),
            models.UniqueConstraint(
                name="turn_order_is_unique_in_its_round", fields=["round", "order"]
            ),
            models.CheckConstraint(
                name="turn_is_called_before_it_is_opened",
                condition=Q(opened_at=None) | Q(called_at__lte=F("opened_at")),
            ),
            models.CheckConstraint(
                name="turn_is_not_marked_with_itself",
                condition=Q(marked_with=None) | ~Q(marked_with=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} 第 {self.order} 个 {self.entry}"

    def has_recalled(self, proposal: Proposal) -> bool:
        """Whether the host took this request for a lock back."""
        return proposal.pk <= (self.recalled_request_id or 0)

    @property
    def is_locked(self) -> bool:
        return hasattr(self, "lock")

    @property
    def clock(self) -> Clock | None:
        """What the host and the hall see running; None before the call and after the lock."""
        if self.called_at is None or self.is_locked:
            return None
        is_marking = self.opened_at is not None
        return Clock(
            word="评委打分" if is_marking else "汇报",
            starts_at=self.opened_at or self.called_at,
            seconds=self.round.marking_seconds
            if is_marking
            else self.round.presenting_seconds,
            added=self.clock_added,
            held_at=self.clock_held_at,
        )


class TurnLock(models.Model):
    """The end of marking for one turn, by two people. Nothing undoes it."""

    turn = models.OneToOneField(Turn, models.PROTECT, related_name="lock")
    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="送签人",
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="签认人",
    )
    locked_at = models.DateTimeField("锁定时间")

    class Meta:
        verbose_name = verbose_name_plural = "锁定"
        constraints = [
            models.CheckConstraint(
                name="lock_is_confirmed_by_a_second_person",
                condition=~Q(asked_by=F("confirmed_by")),
                violation_error_message="送签的人不能自己签认。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.turn} 锁定"


def receipt_of(sheet: models.Model) -> str:
    """Five signs that the judge can compare with the paper: they follow from the content."""
    text = f"{sheet.pk}:{sheet.seat_id}:{sheet.turn_id}:{sheet.version}:" + ",".join(
        f"{code}={mark}" for code, mark in sorted(sheet.marks.items())
    )
    digest = hashlib.sha256(text.encode()).digest()
    signs = "".join(CODE_LETTERS[byte % 32] for byte in digest[:5])
    return f"{signs[:2]} · {signs[2:]}"


class Source(models.TextChoices):
    DEVICE = "device", "设备"
    PAPER = "paper", "纸表"
    CORRECTION = "correction", "更正"
    PRACTICE = "practice", "演练导入"


class ScoreSheetQuerySet(models.QuerySet):
    def latest(self) -> Self:
        """The one sheet of each seat and turn that stands: the one of the highest version."""
        later = ScoreSheet.objects.filter(
            turn=models.OuterRef("turn"),
            seat=models.OuterRef("seat"),
            version__gt=models.OuterRef("version"),
        )
        return self.filter(~models.Exists(later))


class ScoreSheet(models.Model):
    """One version of a seat's marks for one turn. The device makes its id: sent again, taken once.

    ``marks`` maps a criterion's code to a decimal as text. A later version stands in place of an
    earlier one until the lock; afterwards only a correction by two people does.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="sheets")
    turn = models.ForeignKey(Turn, models.PROTECT, related_name="sheets")
    version = models.PositiveSmallIntegerField("版本")
    marks = models.JSONField("分数")
    total = models.DecimalField("合计", max_digits=9, decimal_places=4)
    received_at = models.DateTimeField("收到时间")
    source = models.CharField("来源", max_length=10, choices=Source)
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="sheets"
    )
    generation = models.PositiveSmallIntegerField("设备代次", null=True, blank=True)
    proposal = models.OneToOneField(
        Proposal, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScoreSheetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评分表"
        ordering = ["turn", "seat", "version"]
        constraints = [
            models.UniqueConstraint(
                name="sheet_version_counts_once",
                fields=["turn", "seat", "version"],
            ),
            models.CheckConstraint(
                name="sheet_version_is_in_range",
                condition=Q(version__gte=1, version__lte=HIGHEST_VERSION),
            ),
            models.CheckConstraint(
                name="sheet_total_is_not_negative", condition=Q(total__gte=Decimal(0))
            ),
            models.CheckConstraint(
                name="sheet_source_is_known",
                condition=Q(source__in=Source.values),
            ),
            models.CheckConstraint(
                name="sheet_of_a_device_names_it",
                condition=Q(
                    source=Source.DEVICE,
                    device__isnull=False,
                    generation__isnull=False,
                )
                | (~Q(source=Source.DEVICE) & Q(device=None, generation=None)),
            ),
            models.CheckConstraint(
                name="sheet_typed_by_people_needs_two_of_them",
                condition=Q(
                    source__in=[Source.PAPER, Source.CORRECTION],
                    proposal__isnull=False,
                )
                | Q(source__in=[Source.DEVICE, Source.PRACTICE], proposal=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} {self.turn} 第 {self.version} 版"

    @property
    def receipt(self) -> str:
        return receipt_of(self)


class AbsenceQuerySet(models.QuerySet):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Absence(models.Model):
    """A seat that did not mark one turn. It is taken back when the judge's sheet comes after all."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="absences")
    turn = models.ForeignKey(Turn, models.PROTECT, related_name="absences")
    reason = models.CharField("理由", max_length=60)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="记录人",
    )
    recorded_at = models.DateTimeField("记录时间")
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "缺席"
        ordering = ["turn", "seat", "id"]
        constraints = [
            models.UniqueConstraint(
                name="seat_is_absent_from_a_turn_once",
                fields=["turn", "seat"],
                condition=Q(withdrawn_at=None),
                violation_error_message="这个席位已经记为缺席。",
            ),
            models.CheckConstraint(
                name="absence_has_its_reason",
                condition=~Q(reason=""),
                violation_error_message="请写明缺席的理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} 缺席 {self.turn}"
