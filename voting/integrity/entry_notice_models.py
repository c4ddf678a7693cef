"""通报: a public notice on an entry, by two people with evidence. It never changes a count."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from showcase.contests.models import Entry
from site_cms.trail.models import Proposal


class EntryNoticeQuerySet(models.QuerySet):
    def of_entry(self, entry: Entry) -> Self:
        return self.filter(entry=entry)

    def standing(self) -> Self:
        return self.filter(lifted_at=None)


class EntryNotice(models.Model):
    """``words`` are what everybody reads, ``evidence`` is for officials. It is never removed:
    when it is lifted, it says so."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="notices")
    words = models.CharField("通报", max_length=300)
    evidence = models.TextField("依据")
    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField("通报时间")
    lifted_at = models.DateTimeField("撤销时间", null=True, blank=True)
    lifted_words = models.CharField("撤销说明", max_length=300, blank=True)
    lifting = models.OneToOneField(
        Proposal, models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = EntryNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通报"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="entry_notice_is_by_two_people",
                condition=~Q(proposed_by=F("confirmed_by")),
                violation_error_message="提出通报的人不能自己同意。",
            ),
            models.CheckConstraint(
                name="entry_notice_has_words_and_evidence",
                condition=~Q(words="") & ~Q(evidence=""),
                violation_error_message="通报要写明内容和依据。",
            ),
            models.CheckConstraint(
                name="entry_notice_is_lifted_with_words_by_two_people",
                condition=Q(lifted_at=None, lifted_words="", lifting=None)
                | Q(lifted_at__gte=F("published_at"), lifting__isnull=False)
                & ~Q(lifted_words=""),
                violation_error_message="撤销通报要写明说明，由两个人办。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} 通报"
