"""What the public log is told of a poll beside the acts themselves."""

from datetime import datetime
from typing import Any

from showcase.contests.models import Contest, Opening
from showcase.contests.rules import Stage
from voting.log.models import Kind, LogEntry


def ballot_as_opened(contest: Contest, *, now: datetime) -> dict[str, Any]:
    """What is voted on, said once when the poll opens: from then on nobody renames a number."""
    opening = Opening.objects.filter(contest=contest, stage=Stage.POLL).first()
    said = LogEntry.objects.of_contest(contest.pk).of_kind(Kind.OPENED).light()
    if opening is None or any("ballot" in entry.statement for entry in said):
        return {}
    return {
        "ballot": {
            "contest": contest.name,
            "practice": contest.practice,
            "form": opening.frozen["poll"]["form"],
            "entries": [
                {"number": entry["number"], "unit": entry["unit"]}
                for entry in opening.frozen["entries"]
            ],
        }
    }
