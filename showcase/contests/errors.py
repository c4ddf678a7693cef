from site_cms.refusals import Refusal
from site_cms.trail.errors import ReasonMissing


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


class NoticeIsSettled(ContestError):
    """A notice that everybody was told of ends then, or later by an act of its own."""

    message = (
        "拟定结果已经确定，公示截止时间不能在这里改，没有保存。"
        "公示按工作日自动算；要延长，请到“公示和异议”里点“延长公示”：写明原因，同时发公告。"
    )


class TimeIsPast(ContestError):
    message = "这个阶段已经开放，开始时间不能再改。"


class NotWithdrawable(ContestError):
    """``message`` says why an entry cannot leave, or come back, at this moment."""


class AlreadyProposed(ContestError):
    message = (
        "这个单位已经有一份提议在等第二人，没有再提一份。请等监督员答复，或请他退回。"
    )


class OwnContest(ContestError):
    """Whoever works at a unit that takes part gains from another's leaving."""

    message = "您在参评单位工作，或负责编辑参评单位的页面，这件事要由别人来办。什么都没有改变。"


class WordsMissing(ContestError, ReasonMissing):
    message = "请写明原因，公众会看到。什么都没有改变。"
