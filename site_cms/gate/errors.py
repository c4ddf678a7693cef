from django_ratelimit.exceptions import Ratelimited


class TooManyRequests(Ratelimited):
    """The 429 page tells in how many seconds to come again, and why."""

    sentence = ""

    def __init__(self, *, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class GuardIsDown(TooManyRequests):
    """Requests cannot be counted at the moment, and this address must not go uncounted."""

    sentence = "系统的一个部件正在恢复，这一步暂时不能办理，什么都没有改变。"
