"""The models of how it is decided, gathered for Django from its subjects."""

from voting.integrity.detection_models import (
    DetectionRun,
    SuspectBallot,
    SuspectFinding,
    SuspectGroup,
    Thresholds,
    Watch,
)
from voting.integrity.entry_notice_models import EntryNotice
from voting.integrity.models import (
    Dismissal,
    GroupAct,
    LeafList,
    ListedAct,
    ObjectionAnswer,
    VoterObjection,
)
from voting.judging.draw_models import DrawList
from voting.judging.late_models import LateSheet
from voting.judging.late_outcome_models import LateOutcome
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
from voting.judging.outlier_models import OutlierPrompt
from voting.judging.paper_models import PaperSheet
from voting.judging.rehearsal_models import Rehearsal
from voting.judging.setup_models import NightSupervisor
from voting.log.models import Log, LogEntry, LogTile, SignedHead
from voting.polls.archive_models import ArchivedBallot, PollArchive
from voting.polls.models import Ballot, BallotSignal, Poll, PollPause
from voting.polls.standing_models import BallotStanding, SealedBatch, StandingAct
from voting.polls.tally_models import DailyTotal, TallyState
from voting.polls.voter_models import CodeBatch, PhoneCode, PrintedCode
from voting.results.finalising_models import Reopening
from voting.results.honour_models import CertificateWording
from voting.results.models import (
    Check,
    Computation,
    Finalisation,
    Publication,
    Release,
    TieDecision,
    TieLot,
)
from voting.results.notice_models import NoticeTerm
from voting.results.objection_models import (
    Objection,
    ObjectionFile,
    ObjectionPerson,
    ObjectionReply,
    ObjectionStep,
)
from voting.results.points_models import GivenPoints
from voting.results.promise_models import Promise
from voting.results.reveal_models import Presenter, Reveal, RevealScript
from voting.rulesheets.models import RuleSheet
from voting.stage.desk_models import Hosting
from voting.stage.models import Show, Snapshot

__all__ = [
    "Absence",
    "ArchivedBallot",
    "Ballot",
    "BallotSignal",
    "BallotStanding",
    "CertificateWording",
    "Check",
    "CodeBatch",
    "Computation",
    "Criterion",
    "DailyTotal",
    "DetectionRun",
    "Device",
    "Dismissal",
    "Draw",
    "DrawList",
    "EntryNotice",
    "Finalisation",
    "GivenPoints",
    "GroupAct",
    "Hosting",
    "LateOutcome",
    "LateSheet",
    "LeafList",
    "ListedAct",
    "Log",
    "LogEntry",
    "LogTile",
    "Night",
    "NightSupervisor",
    "NoticeTerm",
    "Objection",
    "ObjectionAnswer",
    "ObjectionFile",
    "ObjectionPerson",
    "ObjectionReply",
    "ObjectionStep",
    "OutlierPrompt",
    "Panel",
    "PaperSheet",
    "PhoneCode",
    "Poll",
    "PollArchive",
    "PollPause",
    "Presenter",
    "PrintedCode",
    "Promise",
    "Publication",
    "Recusal",
    "Rehearsal",
    "Release",
    "Reopening",
    "Reveal",
    "RevealScript",
    "Round",
    "RuleSheet",
    "ScoreSheet",
    "SealedBatch",
    "Seat",
    "Show",
    "SignedHead",
    "Snapshot",
    "StandingAct",
    "SuspectBallot",
    "SuspectFinding",
    "SuspectGroup",
    "TallyState",
    "Thresholds",
    "TieDecision",
    "TieLot",
    "Turn",
    "TurnLock",
    "VoterObjection",
    "Watch",
]
