"""What is read of detection and of signals. Only staff of integrity see any of it."""

from collections.abc import Collection, Iterator

from django.db.models import QuerySet

from voting.integrity.detection_models import SuspectBallot, SuspectGroup
from voting.polls.models import BallotSignal, Poll

# A number of parameters that every database takes in one statement.
_MOST_IDS = 10_000


def groups_of(poll: Poll) -> QuerySet[SuspectGroup]:
    return SuspectGroup.objects.filter(poll=poll).with_findings()


def ballots_in(group: SuspectGroup) -> list[int]:
    members = SuspectBallot.objects.filter(group=group)
    return sorted(members.values_list("ballot_id", flat=True))


def ballots_of_same_voter_days(poll: Poll, ballot_ids: Collection[int]) -> list[int]:
    """All ballots of the voters of these ballots, each on the day of the ballot.

    A ballot without a signal, imported or after signals were destroyed, stands for itself.
    """
    signals = BallotSignal.objects.filter(poll=poll)
    voter_days: set = set()
    for part in _in_parts(ballot_ids):
        found = signals.filter(ballot_id__in=part)
        voter_days.update(found.values_list("voter_day", flat=True))
    found_ids = set(ballot_ids)
    for part in _in_parts(voter_days):
        same = signals.filter(voter_day__in=part)
        found_ids.update(same.values_list("ballot_id", flat=True))
    return sorted(found_ids)


def _in_parts(values: Collection) -> Iterator[list]:
    values = list(values)
    for start in range(0, len(values), _MOST_IDS):
        yield values[start : start + _MOST_IDS]
