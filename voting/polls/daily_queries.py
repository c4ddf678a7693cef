"""What a poll that publishes daily has published, as tables. Hidden polls have published nothing."""

from typing import Any

from showcase.contests.models import Contest
from voting.polls.queries import frozen_poll
from voting.polls.rules import Counts, Form, FrozenPoll, Grade
from voting.polls.tally_models import DailyTotal


def latest_total(contest: Contest) -> dict[str, Any] | None:
    poll = frozen_poll(contest.slug)
    if poll is None or poll.counts != Counts.DAILY:
        return None
    latest = DailyTotal.objects.filter(poll_id=poll.id).first()
    return _table(poll, latest) if latest else None


def all_totals(contest: Contest) -> list[dict[str, Any]]:
    """The newest day first."""
    poll = frozen_poll(contest.slug)
    if poll is None:
        return []
    return [_table(poll, each) for each in DailyTotal.objects.filter(poll_id=poll.id)]


def _table(poll: FrozenPoll, total: DailyTotal) -> dict[str, Any]:
    """In the order of the numbers, never of the votes: this is no ranking."""
    graded = poll.form == Form.GRADING
    labels = [grade.label for grade in Grade] if graded else ["票数"]
    return {
        "total": total,
        "columns": [
            {"label": "编号和单位"},
            *({"label": label, "number": True} for label in labels),
        ],
        "rows": [
            {
                "header": f"{entry.plate} {entry.unit}",
                "cells": [
                    {"text": number, "label": label, "number": True}
                    for label, number in zip(
                        labels, total.given[str(entry.id)].values(), strict=True
                    )
                ],
            }
            for entry in poll.entries
            if str(entry.id) in total.given
        ],
    }
