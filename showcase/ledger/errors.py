class LedgerError(Exception):
    """A refusal whose sentence is shown to the person who acted."""

    message = "这一步没有完成，台账没有改变。"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message


class WrongState(LedgerError):
    message = "这件实事现在的状态不能做这一步，请刷新后再看。"


class TargetNotReached(LedgerError):
    message = "完成数还没有达到目标，不能报完成。请先更新进度，或说明原因后继续办。"
