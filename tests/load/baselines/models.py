from django.db import models


class Choice(models.Model):
    """One entry with its running number of votes, as the tutorial has it."""

    votes = models.IntegerField(default=0)


class Sheet(models.Model):
    """The head of a ballot in a schema with a row for each choice."""

    voter = models.CharField(max_length=200, unique=True)
    cast_at = models.DateTimeField(auto_now_add=True)


class Pick(models.Model):
    sheet = models.ForeignKey(Sheet, models.CASCADE)
    choice = models.ForeignKey(Choice, models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="choice_once_a_sheet", fields=["sheet", "choice"]
            )
        ]
