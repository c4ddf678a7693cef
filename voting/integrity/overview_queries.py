"""What a poll's groups come to, and what waits for whom."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from showcase.contests.rules import Stage
from site_cms.accounts.models import User
from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role
from voting.integrity.decision_rules import State
from voting.integrity.detection_models import DetectionRun, Thresholds
from voting.integrity.models import VoterObjection
from voting.integrity.queries import (
    LISTED_KINDS,
    GroupLine,
    against_result,
    group_lines,
    objections_of,
    unlisted_acts,
    upheld_and_void,
)
from voting.integrity.wording import families_in_words
from voting.polls.models import Poll
from voting.polls.standing_queries import Standings as PollStandings
from voting.polls.standing_queries import standing_of_poll


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do. ``is_mine``: this person may do it."""

    what: str
    url: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One group in the table."""

    line: GroupLine
    families: str

    @property
    def group(self):
        return self.line.group


@dataclass(frozen=True, slots=True)
class Overview:
    numbers: PollStandings
    rows: list[Row]
    by_state: list[tuple[State, int]]
    waiting: list[Waiting]
    last_run: DetectionRun | None
    runs: int
    thresholds: Thresholds | None
    unlisted: int
    objections: int
    unanswered: list[VoterObjection]
    against: list[str]


# What is urgent stands first.
_ORDER = (
    State.PROPOSED,
    State.NEW,
    State.HELD,
    State.VOID,
    State.RESTORED,
    State.RELEASED,
    State.DISMISSED,
)


def polls_to_watch() -> list[Poll]:
    """Polls that were opened, of contests on which somebody still works."""
    return list(
        Poll.objects.select_related("contest")
        .filter(contest__openings__stage=Stage.POLL, contest__archived_at=None)
        .order_by("-contest__poll_opens_at")
    )


def overview_of(poll: Poll, *, user: User, now: datetime) -> Overview:
    lines = group_lines(poll)
    lines.sort(key=lambda line: (_ORDER.index(line.state), -line.group.number))
    states = Counter(line.state for line in lines)
    runs = DetectionRun.objects.filter(poll=poll)
    objections = objections_of(poll)
    return Overview(
        numbers=standing_of_poll(poll.pk),
        rows=[Row(line, families_in_words(line.group.families)) for line in lines],
        by_state=[(state, states[state]) for state in _ORDER if states[state]],
        waiting=_waiting(poll, lines, user),
        last_run=runs.first(),
        runs=runs.count(),
        thresholds=Thresholds.objects.of_contest(poll.contest_id).first(),
        unlisted=sum(unlisted_acts(poll, kind).count() for kind in LISTED_KINDS),
        objections=objections.count(),
        unanswered=list(objections.unanswered()),
        against=against_result(poll, now),
    )


def _waiting(poll: Poll, lines: list[GroupLine], user: User) -> list[Waiting]:
    is_officer = has_role(user, Role.INTEGRITY)
    is_supervisor = has_role(user, Role.SUPERVISOR)
    found = [
        Waiting(
            f"{line.proposal.proposed_by}提出：{line.proposal.sentence}",
            _address(poll, "decide", line.group.number),
            is_supervisor and line.proposal.proposed_by_id != user.pk,
        )
        for line in lines
        if line.proposal
    ]
    found += [
        Waiting(
            f"{line.group}还没有人看，{line.standings.ballots} 张",
            _address(poll, "group", line.group.number),
            is_officer,
        )
        for line in lines
        if line.state == State.NEW
    ]
    found += [
        Waiting(
            f"{line.group}隔离着 {line.standings.held} 张，还没有提议作废，也没有放回",
            _address(poll, "group", line.group.number),
            is_officer,
        )
        for line in lines
        if line.state == State.HELD
    ]
    found += [
        Waiting(
            f"{line.group}又查到 {line.standings.counted} 张，现在还计入",
            _address(poll, "group", line.group.number),
            is_officer,
        )
        for line in lines
        if line.standings.counted and line.state in {State.HELD, State.VOID}
    ]
    found += [
        Waiting(
            f"{objection}等着答复，对{objection.act.of_group.group}的作废",
            _address(poll, "objection", objection.pk),
            (is_officer or is_supervisor) and objection.act.proposed_by_id != user.pk,
        )
        for objection in objections_of(poll).unanswered()
    ]
    found += [
        Waiting(
            f"{objection}成立，还要两个人恢复这张选票",
            f"{_address(poll, 'restore', objection.act.of_group.group.number)}"
            f"?objection={objection.pk}",
            is_officer,
        )
        for objection in upheld_and_void(poll)
    ]
    return sorted(found, key=lambda each: not each.is_mine)


def _address(poll: Poll, name: str, part: int) -> str:
    return reverse(f"integrity:{name}", args=[poll.contest.slug, part])
