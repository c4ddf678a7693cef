"""Gates that a test can name in STAGE_GATES."""

from showcase.contests.gates import GateReport


def met(contest, *, now) -> GateReport:
    return GateReport(frozen={"entries": [1, 2], "名称": contest.name})


def not_met(contest, *, now) -> GateReport:
    return GateReport(still_open=["计分规则还没有冻结。"])
