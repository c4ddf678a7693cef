from typing import Self

from django.db import models
from django.db.models import Q

from showcase.contests.models import Contest
from voting.rules.rule_sheet import RuleSheet as Rules


class RuleSheetQuerySet(models.QuerySet):
    def frozen(self) -> Self:
        return self.exclude(frozen_at=None)


class RuleSheet(models.Model):
    """All that a contest decides about counting, in the engine's form.

    A draft may be changed and may have gaps. Freezing shuts the row: a trigger refuses
    every later change.
    """

    contest = models.OneToOneField(
        Contest, models.PROTECT, related_name="rule_sheet", verbose_name="活动"
    )
    document = models.JSONField("规则")
    changed_at = models.DateTimeField("最后修改时间")
    frozen_at = models.DateTimeField("冻结时间", null=True, blank=True)
    rules_hash = models.CharField("校验值", max_length=64, blank=True)

    objects = RuleSheetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计分规则"
        constraints = [
            models.CheckConstraint(
                name="rule_sheet_is_frozen_with_its_hash",
                condition=Q(frozen_at=None, rules_hash="")
                | (Q(frozen_at__isnull=False) & ~Q(rules_hash="")),
                violation_error_message="冻结时间和校验值必须同时写下。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest}计分规则"

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def rules(self) -> Rules:
        """The engine's value, which alone is calculated with."""
        return Rules.from_json(self.document)
