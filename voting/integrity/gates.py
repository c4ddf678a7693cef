"""What must hold before a poll opens, as far as brushing goes; the rest is the poll's own gate."""

from dataclasses import replace
from datetime import datetime

from showcase.contests.gates import GateReport
from showcase.contests.models import Contest
from voting.integrity.thresholds_queries import hash_for_opening, thresholds_of
from voting.polls import gates as polls


def poll_gate(contest: Contest, *, now: datetime) -> GateReport:
    """A real contest opens with thresholds that an officer confirmed; they are frozen then."""
    report = polls.poll_gate(contest, now=now)
    if not contest.practice and thresholds_of(contest) is None:
        missing = "防刷票的识别阈值还没有人确认，请防刷票专员设定，用默认值也要确认。"
        return GateReport(still_open=[*report.still_open, missing])
    if report.still_open:
        return report
    return replace(report, frozen=report.frozen | hash_for_opening(contest))
