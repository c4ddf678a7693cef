"""Why the zip of a public log is not made."""

from site_cms.refusals import Refusal


class BundleRefusal(Refusal):
    """What is not exported, and why."""


class NothingToBundle(BundleRefusal):
    message = (
        "这项活动的公开日志里还没有民意测评的开放，没有可以打包的内容。"
        "测评开放、签了日志头以后再来。"
    )


class HeadMissing(BundleRefusal):
    message = (
        "公开日志最后的内容还没有签名，没有打包。签名由后台任务每分钟做一次，"
        "请过一两分钟再试。"
    )


class NotPublicYet(BundleRefusal):
    message = (
        "结果还没有公布，选票的内容还不能公开，没有留下核对包，什么都没有改变。"
        "公布以后后台任务会自己打好。"
    )


class LogNotComplete(BundleRefusal):
    message = (
        "选票已经可以公开，可是公开日志还没有写完：要么还有选票没有封存、没有写明截止，"
        "要么还有作废没有清单。没有打包。后台任务几分钟内会写完，请过几分钟再试。"
    )


class OpeningsAreGone(BundleRefusal):
    message = (
        "选票已经归档，密钥已经销毁，又没有留下打好的核对包，选票的内容再也打不开，"
        "没有打包。日志本身都在。请从备份里找回归档以前的核对包。"
    )


class LogDiffers(BundleRefusal):
    message = (
        "从选票算出来的和公开日志里封存的不一样，没有打包。请保留现场，"
        "不要归档，联系系统管理员。"
    )


class CountDiffers(BundleRefusal):
    message = (
        "从公开日志数出来的票数和网站数出来的不一样，没有打包。请保留现场，"
        "不要归档，联系系统管理员。"
    )


class VerifierRefuses(BundleRefusal):
    """The second implementation does not agree with the first."""

    def __init__(self, sentence: str) -> None:
        super().__init__(
            f"打好的核对包没有通过 verify.py：{sentence}没有公布它。"
            "请保留现场，联系系统管理员。"
        )
