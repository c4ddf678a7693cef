class TrailError(Exception):
    """A refusal whose sentence is shown to the person who acted."""

    message = "这一步没有完成，什么都没有改变。"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message


class SamePerson(TrailError):
    message = "您是提出人，不能复核自己提出的事项。请另一位有权限的人复核。"


class AlreadyDecided(TrailError):
    message = "这一事项已经有人复核过了，请刷新后查看结果。"


class ReasonMissing(TrailError):
    message = "请写明理由。理由会留在记录里，供监督查看。"
