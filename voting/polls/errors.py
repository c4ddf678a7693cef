"""Refusals of a poll. Each has a sentence: what happened, what is safe, what to do next."""

from datetime import datetime


class PollError(Exception):
    """A refusal whose sentence is shown to the person who acted."""

    message = "这一步没有完成，什么都没有改变。"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message


class PollExists(PollError):
    message = "这个活动已经有一个民意测评，没有再建。"


class PollFrozen(PollError):
    message = "民意测评已经开放，规则已经冻结，不能再改。"


class NotPractice(PollError):
    message = (
        "只有演练活动可以导入或导出选票。正式活动的选票一张也不能从别处进来，"
        "什么都没有改变。"
    )


class PollNotOpened(PollError):
    message = "这个民意测评还没有开放，选票上单位的顺序还没有冻结，什么都没有改变。"


class HiddenCounts(PollError):
    message = "测评截止以前不公布票数，对谁都一样。"


class CountStillOpen(PollError):
    message = "民意测评还没有截止，现在不能计票。"


class WrongPicks(PollError):
    """What was chosen cannot be sent as it is. Nothing of it is lost."""

    message = "请看一遍您的选择。"


class VotingClosed(PollError):
    """The database's clock is outside the poll, or the poll was never opened."""

    message = "现在不在投票时间里，这张选票没有收。"


class AnotherChoice(PollError):
    message = (
        "这张选票刚才已经收到，和现在选的不一样。收到的是前一次的选择，没有改变；"
        "每张选票提交后不能修改。"
    )


class AlreadyVoted(PollError):
    """The voter's quota is used up. Nothing was taken."""

    def __init__(
        self, *, cast: list[tuple[str, datetime]], next_at: datetime | None
    ) -> None:
        super().__init__("您已经投过了，刚才这张没有收。")
        self.cast = cast
        self.next_at = next_at


class PageExpired(PollError):
    message = (
        "这一页放得太久，已经过期，选票还没有提交。您选的都还在，请核对后再点一次提交。"
    )


class PageOfAnother(PollError):
    message = (
        "这一页不是给这台手机的，选票还没有提交。您选的都还在，请核对后再点一次提交。"
    )


class KeyUnavailable(PollError):
    message = (
        "系统暂时不能收选票，工作人员已经收到提醒。您的选择还在，没有计票，"
        "请过几分钟再提交。"
    )
