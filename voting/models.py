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
from voting.polls.models import Ballot, BallotSignal, Poll, PollPause
from voting.polls.voter_models import CodeBatch, PhoneCode, PrintedCode
from voting.results.models import Computation, Publication
from voting.rulesheets.models import RuleSheet
from voting.stage.models import Show

__all__ = [
    "Absence",
    "Ballot",
    "BallotSignal",
    "CodeBatch",
    "Computation",
    "Criterion",
    "Device",
    "Draw",
    "Night",
    "Panel",
    "PhoneCode",
    "Poll",
    "PollPause",
    "PrintedCode",
    "Publication",
    "Recusal",
    "Round",
    "RuleSheet",
    "ScoreSheet",
    "Seat",
    "Show",
    "Turn",
    "TurnLock",
]
