from datetime import datetime

from django.utils.timezone import localtime

from site_cms.refusals import Refusal


class AccountError(Refusal):
    """What an account refuses."""


class TooManyFailures(AccountError):
    """This account was tried too often from this network; other networks are free."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(
            f"密码输错的次数多了。请在 {localtime(until):%H:%M:%S} 以后再试，"
            "这段时间里不再核对密码。忘了密码请联系管理员重设。"
        )


class SecondFactorExists(AccountError):
    message = "这个账号已经有第二步验证，没有改动。要换手机，请先重置。"


class NoSecondFactor(AccountError):
    message = "这个账号还没有设置第二步验证。"
