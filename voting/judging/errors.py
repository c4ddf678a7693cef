from collections.abc import Mapping

from site_cms.refusals import Refusal


class JudgingError(Refusal):
    """``code`` names the refusal to a judge's device."""

    code = "refused"


class NightNotReady(JudgingError):
    message = "现场评比会还没有开始，或者已经结束，现在不能打分。"
    code = "night_closed"


class TurnNotOpen(JudgingError):
    message = (
        "这个单位现在没有开放打分。您打的分还在这台设备上，请看台上，等主持人开放。"
    )
    code = "not_open"


class WrongPin(JudgingError):
    message = "密码不对。"
    code = "wrong_pin"


class PinBlocked(JudgingError):
    message = "密码错的次数太多，这张席卡已停用。请举手，主持人核对本人后可以恢复。"
    code = "pin_blocked"


class SeatInUse(JudgingError):
    message = "这个席位正在另一台设备上。"
    code = "in_use"


class DeviceNotSeated(JudgingError):
    message = "这台设备还没有就座，或者已经换到另一台设备。请重新扫席卡。"
    code = "not_seated"


class SeatIsRecused(JudgingError):
    message = "这个单位您已登记回避，不用打分。这份没有收。"
    code = "recused"


class MarksRefused(JudgingError):
    """``problems`` maps a criterion's code to its sentence."""

    message = "有的分数不对，请改好再交。已经打的分都还在。"
    code = "marks_refused"

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__()
        self.problems = dict(problems)


class SheetUnreadable(JudgingError):
    message = (
        "这份评分表没有读懂，没有收。分数还在您的设备上，请再交一次；还不行请举手。"
    )
    code = "unreadable"


class SheetChanged(JudgingError):
    """The same id with other content: a device must take a new id for a new version."""

    message = "这份评分表之前已经收到，内容和这一次不同。请核对后作为新的一版再交。"
    code = "sheet_changed"


class VersionTaken(JudgingError):
    """Two sheets of one seat claim to be the same version: the first one counts."""

    message = (
        "这个单位您已经在别的页面交过一版，先到的那一版有效。请核对分数，需要的话再交。"
    )
    code = "version_taken"


class NotComplete(JudgingError):
    message = "还有席位没交，不能锁定。"
    code = "not_complete"


class AlreadyLocked(JudgingError):
    message = "这个单位已经锁定。要改请由两个人更正。"
    code = "locked"


class PaperRefused(MarksRefused):
    """``problems`` maps a field of the paper's form to its sentence."""

    message = "还不能交出：有的地方和纸对不上。录好的都还在，请看着纸改。"
    code = "paper_refused"


class PaperClosed(JudgingError):
    message = "这份纸表已经处理过了，这一次没有生效。"
    code = "paper_closed"


class LateClosed(JudgingError):
    message = "这份迟到的分数已经处理过了，这一次没有生效。"
    code = "late_closed"


class ResultIsFinal(JudgingError):
    message = "结果已经是最终结果，分数不能再改。什么都没有改变。"
    code = "final"
