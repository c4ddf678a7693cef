"""What the public page of voids says. Nothing about single entries before they are opened."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime

from voting.integrity.charts import Chart, chart
from voting.integrity.decision_rules import objection_deadline
from voting.integrity.loss_queries import Loss, losses_of
from voting.integrity.models import GroupAct
from voting.integrity.queries import (
    voids_of,
)
from voting.integrity.wording import families_in_words
from voting.log.openings import openings_are_public
from voting.polls.models import Poll
from voting.polls.standing_queries import Standings as PollStandings
from voting.polls.standing_queries import standing_of_poll, void_groups


@dataclass(frozen=True, slots=True)
class PublicVoid:
    """One decision. ``hours`` and ``losses`` are empty until the openings are public."""

    group_act: GroupAct
    families: str
    restored: int
    objections: int
    upheld: int
    deadline: datetime
    may_object: bool
    hours: Chart | None
    losses: list[Loss]

    @property
    def act(self):
        return self.group_act.act


@dataclass(frozen=True, slots=True)
class PublicVoids:
    numbers: PollStandings
    voids: list[PublicVoid]
    are_open: bool


def public_voids(poll: Poll, *, now: datetime) -> PublicVoids:
    are_open = openings_are_public(poll.contest, now=now)
    still_void = {group.entry: group.ballots for group in void_groups(poll.pk)}
    return PublicVoids(
        standing_of_poll(poll.pk),
        [
            _told(group_act, poll, still_void, are_open, now)
            for group_act in voids_of(poll)
        ],
        are_open,
    )


def _told(
    group_act: GroupAct,
    poll: Poll,
    still_void: dict[int, int],
    are_open: bool,
    now: datetime,
) -> PublicVoid:
    act = group_act.act
    answers = act.objections.filter(answer__isnull=False)
    return PublicVoid(
        group_act=group_act,
        families=families_in_words(group_act.families),
        restored=act.ballots - still_void.get(act.log_entry.number, 0),
        objections=answers.count(),
        upheld=answers.filter(answer__is_upheld=True).count(),
        deadline=objection_deadline(act.made_at),
        may_object=now < objection_deadline(act.made_at),
        hours=_hours(group_act) if are_open else None,
        losses=losses_of(poll, [act]) if are_open else [],
    )


def _hours(group_act: GroupAct) -> Chart | None:
    """The hours between the first and the last ballot, empty ones among them."""
    counts = {parse_datetime(hour): ballots for hour, ballots in group_act.hours}
    return chart(counts, steps_of=60) if counts else None
