"""Who did what, and what needed two people. Rows are only ever added."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class TrailQuerySet(models.QuerySet):
    def about(self, subject: models.Model) -> Self:
        return self.filter(subject_type=subject._meta.label, subject_id=str(subject.pk))


class TrailEntry(models.Model):
    """One act. ``by`` is empty only for what the worker did when a time had come."""

    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="操作人",
    )
    action = models.CharField("动作", max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    sentence = models.CharField("说明", max_length=400)
    details = models.JSONField(default=dict)

    objects = TrailQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "操作记录"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="trail_by_subject")
        ]

    def __str__(self) -> str:
        return self.sentence


class ProposalQuerySet(models.QuerySet):
    def about(self, subject: models.Model) -> Self:
        return self.filter(subject_type=subject._meta.label, subject_id=str(subject.pk))

    def undecided(self) -> Self:
        return self.filter(decision=None)


class Proposal(models.Model):
    """What one person proposes and another must confirm before it happens."""

    kind = models.CharField("事项", max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    sentence = models.CharField("说明", max_length=400)
    reason = models.TextField("理由")
    payload = models.JSONField(default=dict)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="提出人",
    )
    proposed_at = models.DateTimeField("提出时间")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "双人事项"
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["subject_type", "subject_id"], name="proposal_by_subject"
            )
        ]

    def __str__(self) -> str:
        return self.sentence


class Decision(models.Model):
    """The second person's answer. The proposer is repeated so that a constraint can see it."""

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="decision")
    confirmed = models.BooleanField("同意")
    remark = models.TextField("意见", blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="复核人",
    )
    decided_at = models.DateTimeField("复核时间")

    class Meta:
        verbose_name = verbose_name_plural = "复核"
        constraints = [
            models.CheckConstraint(
                name="decision_is_by_a_second_person",
                condition=~Q(decided_by=F("proposed_by")),
                violation_error_message="提出人不能复核自己提出的事项，请另一位有权限的人复核。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal}：{'同意' if self.confirmed else '不同意'}"
