"""What the public log promised before it could be told."""

from typing import Self

from django.db import models

from showcase.contests.models import Contest
from voting.log.models import LogEntry


class PromiseQuerySet(models.QuerySet):
    def of_contest(self, contest: Contest) -> Self:
        return self.filter(log_entry__log__contest=contest)


class Promise(models.Model):
    """A statement of the log holds the SHA-256 of ``salt`` and ``document`` and no name.

    Both are shown with the result, so that everybody can see that nothing was changed since.
    """

    log_entry = models.OneToOneField(
        LogEntry, models.PROTECT, related_name="promise", verbose_name="日志条目"
    )
    salt = models.CharField("盐", max_length=64)
    document = models.TextField("内容")

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "承诺"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.log_entry}"
