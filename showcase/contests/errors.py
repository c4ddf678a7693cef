from site_cms.refusals import Refusal


class ContestError(Refusal):
    """What a contest refuses."""


class TimesOutOfOrder(ContestError):
    message = "时间的先后不对，没有保存。请按活动流程的先后填写。"


class ClosingIsSettled(ContestError):
    """A poll that takes ballots ends when it was announced, or later by an act of its own."""

    message = (
        "民意测评已经开放，截止时间不能提前，也不能在这里改，没有保存。"
        "要延长，请到“民意测评”里点“延长”：写明原因，同时发公告。"
    )


class TimeIsPast(ContestError):
    message = "这个阶段已经开放，开始时间不能再改。"
