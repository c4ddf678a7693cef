from site_cms.refusals import Refusal


class MessageNotSent(Refusal):
    """The provider did not take the message. ``cause`` is for the log, not for the public."""

    message = "短信没有发出去，不是您的错。请过几分钟再试，或者换一种方式投票。"

    def __init__(self, cause: str) -> None:
        super().__init__()
        self.cause = cause


class AllowanceUsedUp(Refusal):
    """One of the limits that the database keeps is reached."""
