class ContestError(Exception):
    """A refusal whose sentence is shown to the person who acted."""

    message = "这一步没有完成，什么都没有改变。"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message


class TimesOutOfOrder(ContestError):
    message = "时间的先后不对，没有保存。请按活动流程的先后填写。"


class TimeIsPast(ContestError):
    message = "这个阶段已经开放，开始时间不能再改。"


class StageNotOpen(ContestError):
    message = "现在不在这个阶段的开放时间里。"
