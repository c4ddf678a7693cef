from site_cms.refusals import Refusal


class NominationError(Refusal):
    """What a nomination refuses."""


class NotOpenYet(NominationError):
    message = "自荐还没有开放，没有保存。请到开放时间再填。"


class Closed(NominationError):
    message = (
        "自荐已经截止，没有提交。草稿都还在；确有原因，请打电话给活动办公室申请延期。"
    )


class Archived(NominationError):
    message = "这次活动已经归档，不能再改。"


class AlreadySubmitted(NominationError):
    message = "这份自荐已经提交，不能再改。要改，请先撤回，或等办公室退回。"


class NotSubmitted(NominationError):
    message = "这份自荐现在不是已提交的状态，什么都没有改变。请刷新后看最新情况。"


class DraftIsNewer(NominationError):
    message = (
        "这份草稿在另一个窗口里改过，这一页的内容没有存上，但都还在这一页里。"
        "请先看另一个窗口存了什么，再决定用哪一份。"
    )


class SeenIsOld(NominationError):
    message = "您看到的不是最新的一版，什么都没有改变。请看过最新的再办。"


class StillMissing(NominationError):
    message = "还有没填好的地方，没有提交。请按下面列的一项一项补上。"


class RemarkMissing(NominationError):
    message = "退回必须写明意见，单位才知道改什么。"


class ReasonMissing(NominationError):
    message = "延期必须写明理由。理由会留在记录里，供监督查看。"


class OwnUnit(NominationError):
    message = "这是您自己所在的单位，按回避规定不能由您退回。请另一位初审员办理。"


class WrongExtension(NominationError):
    message = "延期的时间不对，什么都没有改变。"


class ListIsFixed(NominationError):
    message = "入围名单已经确定，自荐不能再退回或延期。"


class TooMuchEvidence(NominationError):
    message = "佐证最多放 20 件，这一件没有加上。请先去掉不要紧的。"


class NoCollection(NominationError):
    message = (
        "活动办公室还没有给您的单位建立图片文件夹，文件没有传上。"
        "文字都已存好；请打电话给活动办公室。"
    )


class NotOfTheUnit(NominationError):
    message = "只能选本单位文件夹里的照片和文件，这一件没有加上。"
