from django.db import models


class SiteChange(models.Model):
    """One change of what the public sees. The weights of all rows add up to the version.

    A change adds a row instead of counting up in one: writers never wait for each other,
    and none can deadlock with another over a counter that both need. The sum grows with
    every commit, in whatever order they come.
    """

    weight = models.PositiveIntegerField("次数", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "网站变动"
        constraints = [
            models.CheckConstraint(
                name="site_change_counts_at_least_once",
                condition=models.Q(weight__gte=1),
            )
        ]

    def __str__(self) -> str:
        return f"{self.weight} 次变动"
