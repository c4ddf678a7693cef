"""Refusals of a poll. Each has a sentence: what happened, what is safe, what to do next."""

from datetime import datetime

from site_cms.refusals import Refusal


class PollError(Refusal):
    """What a poll refuses."""


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


class SignalsStillNeeded(PollError):
    message = (
        "这次活动还没有最终结果，异议还可能要查这些旁证，没有销毁。"
        "确实要提前销毁，请用 --force 写明理由。"
    )


class TallyBehind(PollError):
    message = "有选票正在存入，累计票数还没有读到最后一张。选票都在，请过一会儿再试。"


class ArchiveTooEarly(PollError):
    message = (
        "这次活动还没有最终结果，收据和异议还要用到密钥，没有归档，什么都没有改变。"
    )


class BundleMissing(PollError):
    """Said by the package above that keeps what the key opens."""


class HoldsUndecided(PollError):
    message = (
        "还有隔离的选票没有决定作废还是恢复，没有归档，什么都没有改变。"
        "请先由两个人决定每一组。"
    )


class LogUnfinished(PollError):
    """Whoever has a receipt must find its picks in the log when the ballots are gone."""

    message = (
        "还有选票没有封进公开日志，没有归档，什么都没有改变。"
        "请等后台任务封好最后一批、日志写明截止以后再归档。"
    )


class ArchiveDiffers(PollError):
    """The copy does not hold what the ballots hold. Everything was put back."""

    message = (
        "归档的选票和原来的对不上，已经全部退回，什么都没有改变。请联系系统管理员。"
    )


class GradesDiffer(PollError):
    message = (
        "计分规则里的满意度档次和选票上的不一样，不能计票。"
        "选票上是“满意、基本满意、不满意、不了解”。"
    )


class WrongPicks(PollError):
    """What was chosen cannot be sent as it is. Nothing of it is lost."""

    message = "请看一遍您的选择。"


class VotingClosed(PollError):
    """The database's clock is outside the poll, or the poll was never opened."""

    message = "现在不在投票时间里，这张选票没有收。"


class VotingPaused(PollError):
    """Somebody paused the poll; the notice says why."""

    message = "民意测评暂停了，这张选票没有收，也没有计票。恢复以后请再来投。"


class AlreadyPaused(PollError):
    message = "民意测评已经暂停，没有再暂停一次。"


class NotPaused(PollError):
    message = "民意测评没有暂停，不用恢复。"


class NotTakingBallots(PollError):
    message = "民意测评还没有开放，或者已经截止，不能延长。什么都没有改变。"


class NotLater(PollError):
    message = "新的截止时间必须晚于现在公布的截止时间，没有改变。投票开始以后，截止只能推后，不能提前。"


class NothingTaken(PollError):
    """An earlier ballot stands. ``cast`` says which: pairs of 受理号 and minute."""

    def __init__(self, cast: list[tuple[str, datetime]]) -> None:
        super().__init__()
        self.cast = cast


class AnotherChoice(NothingTaken):
    """This very request was taken before, with other choices."""

    message = (
        "这张选票已经收到过，和现在选的不一样。收到的是前一次的选择，没有改变；"
        "每张选票提交后不能修改。"
    )


class AlreadyVoted(NothingTaken):
    """The voter's quota is used up."""

    message = "您已经投过了，刚才这张没有收。"

    def __init__(
        self, cast: list[tuple[str, datetime]], *, next_at: datetime | None
    ) -> None:
        super().__init__(cast)
        self.next_at = next_at


class PageExpired(PollError):
    message = (
        "这一页放得太久，已经过期，选票还没有提交。您选的都还在，请核对后再点一次提交。"
    )


class PageOfAnother(PollError):
    message = (
        "这一页不是给这台手机的，选票还没有提交。您选的都还在，请核对后再点一次提交。"
    )


class Unavailable(PollError):
    """Nothing was acknowledged; sending the same again is safe."""

    message = "系统暂时收不了选票，不是您的错。工作人员已经收到提醒。"


class PollArchived(Unavailable):
    """The key is gone for good. What a receipt's secret opens is kept."""

    message = (
        "受理号不再能查，因为归档时销毁了把选票和人连起来的密钥。"
        "扫收据上的二维码，仍然能看到自己选了哪些。"
    )


class KeyUnavailable(Unavailable):
    """The poll's key is missing, or is not the poll's."""
