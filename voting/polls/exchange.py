"""Ballots in and out as Pabulib files. Practice contests only."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from showcase.contests.gates import gate_report
from showcase.contests.models import Contest
from showcase.contests.rules import Stage
from showcase.contests.services import (
    create_contest,
    enter_unit,
    open_stage,
    shortlist,
)
from showcase.units.models import Category, Unit
from showcase.units.services import create_unit
from site_cms.accounts.models import User
from voting.polls import pabulib
from voting.polls.errors import NotPractice, PollError
from voting.polls.models import Ballot, Poll
from voting.polls.queries import opened_poll, totals
from voting.polls.rules import (
    CHOSEN,
    NOT_CHOSEN,
    SHANGHAI,
    FrozenEntry,
    FrozenPoll,
    entries_in,
)
from voting.polls.services import create_poll, import_practice_ballots
from voting.polls.standing_models import BallotStanding
from voting.polls.standing_queries import Standings, standing_of_poll

PRACTICE_NOTE = "演练：从别处导入的选票，不是本县的投票。"
_NAME_LENGTH = Unit._meta.get_field("name").max_length

Progress = Callable[[int], None]


class Mismatch(PollError):
    """The file and the contest are about different things."""


class CannotOpen(PollError):
    """The gate of the new poll is not met."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An item whose published number is not what its ballots give.

    ``repeats`` is how often ballots name it a second time: counted once here.
    """

    project: pabulib.Project
    counted: int
    repeats: int

    @property
    def is_explained(self) -> bool:
        return self.project.published == self.counted + self.repeats


@dataclass(frozen=True, slots=True)
class Report:
    added: int
    known: int
    repeating: list[pabulib.Vote]
    differences: list[Difference]
    checked: bool


@transaction.atomic
def create_practice_contest(
    *, by: User | None, slug: str, file: pabulib.File, now: datetime
) -> Contest:
    """A hidden practice contest with the units, entries and poll of a file, already opened."""
    opens_at, closes_at = poll_times(file, now=now)
    contest = create_contest(
        by=by,
        now=now,
        slug=slug,
        name=(file.meta.get("description") or slug)[:60],
        county=(file.meta.get("unit") or "外地")[:20],
        practice=True,
        practice_note=PRACTICE_NOTE,
        hidden=True,
        finalists=len(file.projects),
        flags=min(10, len(file.projects)),
        poll_opens_at=opens_at,
        poll_closes_at=closes_at,
    )
    entries = [
        enter_unit(by=by, contest=contest, unit=_unit(name, by=by, now=now), now=now)
        for name in unit_names(file.projects).values()
    ]
    numbers = {entry.pk: number for number, entry in enumerate(entries, start=1)}
    shortlist(by=by, contest=contest, numbers=numbers, now=now)
    create_poll(
        by=by,
        contest=contest,
        now=now,
        picks_min=file.picks_min,
        picks_max=file.picks_max,
    )
    if open_stage(contest=contest, stage=Stage.POLL, now=now) is None:
        report = gate_report(contest, Stage.POLL, now=now)
        raise CannotOpen("不能开放：" + "".join(report.still_open))
    return contest


def unit_names(projects: list[pabulib.Project]) -> dict[str, str]:
    """The name of the unit of each project id: short enough for us, no two alike."""
    names: dict[str, str] = {}
    for project in projects:
        name = project.name[:_NAME_LENGTH]
        if name in names.values():
            ending = f"（{project.id}）"
            name = name[: _NAME_LENGTH - len(ending)] + ending
        names[project.id] = name
    return names


def _unit(name: str, *, by: User | None, now: datetime) -> Unit:
    known = Unit.objects.filter(name=name).first()
    return known or create_unit(
        by=by,
        now=now,
        code="pb" + hashlib.sha256(name.encode()).hexdigest()[:10],
        name=name,
        short_name=name[:20],
        category=Category.INSTITUTION,
        population_served=0,
        headcount=0,
    )


def poll_times(file: pabulib.File, *, now: datetime) -> tuple[datetime, datetime]:
    """From the first to the end of the last day of the file; the day before now if not said."""
    begin, end = (_day(file.meta.get(name, "")) for name in ("date_begin", "date_end"))
    if begin is None or end is None or end < begin or end >= now:
        return now - timedelta(days=1), now
    return begin, end + timedelta(days=1)


def _day(text: str) -> datetime | None:
    """The midnight in Shanghai that a day such as 15.06.2021 begins with."""
    try:
        day = datetime.strptime(text.strip(), "%d.%m.%Y").date()  # noqa: DTZ007
    except ValueError:
        return None
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def entries_of(file: pabulib.File, poll: FrozenPoll) -> dict[str, FrozenEntry]:
    """The entry of each project id, by name; :class:`Mismatch` names the first without one."""
    by_name = {entry.unit: entry for entry in poll.entries}
    names = unit_names(file.projects)
    missing = [name for name in names.values() if name not in by_name]
    if missing:
        raise Mismatch(f"活动里没有“{missing[0]}”，没有导入任何选票。")
    return {project_id: by_name[name] for project_id, name in names.items()}


def import_ballots(
    *,
    by: User | None,
    contest: Contest,
    file: pabulib.File,
    digest: str,
    now: datetime,
    progress: Progress,
) -> Report:
    """Add the ballots of a file. The same file (by its ``digest``) adds nothing twice."""
    if not contest.practice:
        raise NotPractice
    poll = poll_of(contest)
    frozen = opened_poll(poll)
    added = import_practice_ballots(
        by=by,
        poll=poll,
        ballots=_ballots(file, frozen, at=contest.poll_opens_at, progress=progress),
        now=now,
        source=f"pabulib {digest}",
    )
    as_in_the_file = Standings(cast=len(file.votes), held=0, void=0)
    checked = (
        now >= contest.poll_closes_at and standing_of_poll(poll.pk) == as_in_the_file
    )
    return Report(
        added=added,
        known=len(file.votes) - added,
        repeating=[vote for vote in file.votes if vote.repeated],
        differences=_differences(file, poll, frozen, now=now) if checked else [],
        checked=checked,
    )


def _ballots(
    file: pabulib.File, poll: FrozenPoll, *, at: datetime, progress: Progress
) -> Iterator[tuple[bytes, datetime]]:
    """Each ballot's bytes. An item counts once, and a file without times has one minute."""
    entries = entries_of(file, poll)
    places = {entry.id: place for place, entry in enumerate(poll.entries)}
    for number, vote in enumerate(file.votes, start=1):
        choices = bytearray([NOT_CHOSEN] * len(poll.entries))
        for item in vote.items:
            choices[places[entries[item].id]] = CHOSEN
        yield bytes(choices), at
        progress(number)


def _differences(
    file: pabulib.File, poll: Poll, frozen: FrozenPoll, *, now: datetime
) -> list[Difference]:
    entries = entries_of(file, frozen)
    counts = totals(poll, now=now)
    repeats = Counter()
    for vote in file.votes:
        repeats.update(vote.repeated)
    return [
        Difference(project, counts.get(entries[project.id].id, 0), repeats[project.id])
        for project in file.projects
        if project.published is not None
        and project.published != counts.get(entries[project.id].id, 0)
    ]


def export_ballots(*, contest: Contest, now: datetime) -> Iterator[str]:
    """The lines of a file with all ballots that count, in the order of their random keys."""
    if not contest.practice:
        raise NotPractice
    poll = poll_of(contest)
    frozen = opened_poll(poll)
    counts = totals(poll, now=now)
    return pabulib.write(
        meta=_meta(contest, frozen, standing_of_poll(poll.pk).counted),
        projects=[
            pabulib.Project(str(entry.number), entry.unit, counts.get(entry.id))
            for entry in frozen.entries
        ],
        votes=_votes(frozen),
    )


def _votes(poll: FrozenPoll) -> Iterator[pabulib.Vote]:
    not_counted = BallotStanding.objects.of_poll(poll.id).not_counted()
    ballots = Ballot.objects.of_poll(poll.id).exclude(
        id__in=not_counted.values("ballot_id")
    )
    rows = ballots.order_by("request_key").values_list("choices", flat=True).iterator()
    for number, choices in enumerate(rows, start=1):
        picked = entries_in(bytes(choices), poll.entries)
        yield pabulib.Vote(str(number), tuple(str(each.number) for each in picked))


def _meta(contest: Contest, poll: FrozenPoll, ballots: int) -> dict[str, str]:
    first, last = (
        timezone.localtime(at, SHANGHAI)
        for at in (contest.poll_opens_at, contest.poll_closes_at - timedelta(seconds=1))
    )
    return {
        "description": contest.name,
        "country": "China",
        "unit": contest.county,
        "instance": f"{last:%Y}",
        "num_projects": str(len(poll.entries)),
        "num_votes": str(ballots),
        "budget": "0",
        "vote_type": "approval",
        "rule": "unknown",
        "date_begin": f"{first:%d.%m.%Y}",
        "date_end": f"{last:%d.%m.%Y}",
        "min_length": str(poll.picks_min),
        "max_length": str(poll.picks_max),
        "language": "zh",
    }


def contest_of(slug: str) -> Contest:
    """The contest of a command, or a sentence that there is none."""
    contest = Contest.objects.filter(slug=slug).first()
    if contest is None:
        raise Mismatch(
            f"没有网址名是“{slug}”的活动。加上 --create 可以按文件新建一个演练活动。"
        )
    return contest


def poll_of(contest: Contest) -> Poll:
    poll = Poll.objects.select_related("contest").filter(contest=contest).first()
    if poll is None:
        raise Mismatch(f"活动“{contest}”没有民意测评。")
    return poll
