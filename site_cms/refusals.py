class Refusal(Exception):
    """An act that was not done. The sentence is shown to the person who acted."""

    message = "这一步没有完成，什么都没有改变。"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message
