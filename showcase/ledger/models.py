from datetime import date
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from showcase.ledger import rules
from showcase.units.models import Unit


class DeedState(models.TextChoices):
    PROPOSED = "proposed", "待立项"
    ADMITTED = "admitted", "已立项"
    IN_PROGRESS = "in_progress", "进行中"
    REPORTED = "reported", "已报完成，待验收"
    CLOSED = "closed", "已销号"


class DeedQuerySet(models.QuerySet):
    def public(self) -> Self:
        return self.exclude(state=DeedState.PROPOSED)

    def closed(self) -> Self:
        return self.filter(state=DeedState.CLOSED)

    def running(self, today: date) -> Self:
        """Admitted, not closed, and not past the due date."""
        return self.public().exclude(state=DeedState.CLOSED).filter(due_on__gte=today)

    def overdue(self, today: date) -> Self:
        return self.public().exclude(state=DeedState.CLOSED).filter(due_on__lt=today)

    def unfinished_first(self) -> Self:
        """What is not closed by its due date, then what was closed last."""
        return self.order_by(F("closed_on").desc(nulls_first=True), "due_on", "pk")


class Deed(models.Model):
    """A piece of work that a unit has promised: how much, by when, and how far it is."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="deeds", verbose_name="单位"
    )
    title = models.CharField("实事", max_length=60)
    leader = models.CharField("责任人", max_length=30)
    target = models.DecimalField(
        "目标", max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )
    done = models.DecimalField("完成", max_digits=12, decimal_places=2, default=0)
    measure = models.CharField("计量单位", max_length=10)
    due_on = models.DateField("期限")
    state = models.CharField(
        "状态", max_length=12, choices=DeedState, default=DeedState.PROPOSED
    )
    closed_on = models.DateField("销号日期", null=True, blank=True)
    note = models.CharField("说明", max_length=120, blank=True)
    source = models.CharField("数据来源", max_length=60, blank=True)

    objects = DeedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "实事"
        ordering = ["unit", "due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="deed_state_is_known", condition=Q(state__in=DeedState.values)
            ),
            models.CheckConstraint(
                name="deed_target_and_done_are_not_negative",
                condition=Q(target__gt=0, done__gte=0),
                violation_error_message="目标必须大于 0，完成数不能小于 0。",
            ),
            models.CheckConstraint(
                name="closed_deed_has_its_date",
                condition=Q(state=DeedState.CLOSED, closed_on__isnull=False)
                | (~Q(state=DeedState.CLOSED) & Q(closed_on__isnull=True)),
                violation_error_message="销号必须写日期，没有销号的不能有销号日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int:
        return rules.percent(done=self.done, target=self.target)
