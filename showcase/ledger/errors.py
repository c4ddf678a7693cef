from site_cms.refusals import Refusal


class LedgerError(Refusal):
    message = "这一步没有完成，台账没有改变。"


class WrongState(LedgerError):
    message = "这件实事现在的状态不能做这一步，请刷新后再看。"


class TargetNotReached(LedgerError):
    message = "完成数还没有达到目标，不能报完成。请先更新进度，或说明原因后继续办。"
