"""Points from elsewhere, and deductions: what two people put beside votes and marks."""

from fractions import Fraction
from typing import Self

from django.db import models
from django.db.models import Q

from showcase.contests.models import Contest, Entry
from site_cms.trail.two_people import ByTwoPeople, by_two_people
from voting.results.promise_models import Promise
from voting.rules import exact


class GivenPointsQuerySet(models.QuerySet):
    def of_contest(self, contest: Contest) -> Self:
        return self.filter(contest=contest)

    def standing(self) -> Self:
        """What no later row has replaced or taken back."""
        return self.filter(replaced_by=None).exclude(points=None)


class GivenPoints(ByTwoPeople):
    """Points of one entry: for an extra of the rule sheet by its code, or to be deducted.

    ``extra`` is empty for a deduction. A row that ``replaces`` another and has no points
    takes it back. Rows are only ever added.
    """

    contest = models.ForeignKey(
        Contest, models.PROTECT, related_name="given_points", verbose_name="活动"
    )
    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="given_points", verbose_name="参评单位"
    )
    extra = models.CharField("得分项", max_length=40, blank=True)
    points = models.DecimalField("分", max_digits=10, decimal_places=4, null=True)
    reason = models.TextField("理由")
    evidence = models.TextField("依据")
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="replaced_by",
        verbose_name="代替",
    )
    promise = models.ForeignKey(
        Promise, models.PROTECT, related_name="+", verbose_name="日志里的承诺"
    )
    given_at = models.DateTimeField("生效时间")

    objects = GivenPointsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "加分扣分"
        ordering = ["id"]
        constraints = [
            by_two_people("points_are_given_by_two_people"),
            models.CheckConstraint(
                name="given_points_have_reason_and_evidence",
                condition=~Q(reason="") & ~Q(evidence=""),
                violation_error_message="加分扣分必须写明理由和依据。",
            ),
            models.CheckConstraint(
                name="given_points_are_never_below_nothing",
                condition=Q(points=None)
                | Q(points__gt=0)
                | Q(points__gte=0) & ~Q(extra=""),
                violation_error_message="分数不能小于 0，扣分要大于 0。",
            ),
            models.CheckConstraint(
                name="only_given_points_are_taken_back",
                condition=Q(points__isnull=False) | Q(replaces__isnull=False),
            ),
            models.UniqueConstraint(
                name="entry_has_one_score_of_an_extra",
                fields=["entry", "extra"],
                condition=Q(replaces=None) & ~Q(extra=""),
                violation_error_message="这个单位的这一项已经有分。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.extra or '扣分'} {self.told}"

    @property
    def told(self) -> str:
        """The points as they were typed: 12.5, not 12.5000."""
        return "" if self.points is None else exact.plain(Fraction(self.points))
