"""The models of how it is decided, gathered for Django from its subjects."""

from voting.judging.models import (
    Absence,
    Criterion,
    Device,
    Draw,
    Night,
    Panel,
    Recusal,
    Round,
    ScoreSheet,
    Seat,
    Turn,
    TurnLock,
)
from voting.polls.archive_models import ArchivedBallot, PollArchive
from voting.polls.models import Ballot, BallotSignal, Poll, PollPause
from voting.polls.tally_models import DailyTotal, TallyState
from voting.results.models import Computation, Publication
from voting.rulesheets.models import RuleSheet
from voting.stage.models import Show

__all__ = [
    "Absence",
    "ArchivedBallot",
    "Ballot",
    "BallotSignal",
    "Computation",
    "Criterion",
    "DailyTotal",
    "Device",
    "Draw",
    "Night",
    "Panel",
    "Poll",
    "PollArchive",
    "PollPause",
    "Publication",
    "Recusal",
    "Round",
    "RuleSheet",
    "ScoreSheet",
    "Seat",
    "Show",
    "TallyState",
    "Turn",
    "TurnLock",
]
