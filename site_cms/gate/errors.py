from django_ratelimit.exceptions import Ratelimited

from site_cms.refusals import Refusal


class TooManyRequests(Ratelimited):
    """The 429 page tells in how many seconds to come again, and why."""

    sentence = ""

    def __init__(self, *, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class GuardIsDown(TooManyRequests):
    """Requests cannot be counted at the moment, and this address must not go uncounted."""

    sentence = "系统的一个部件正在恢复，这一步暂时不能办理，什么都没有改变。"


class WorkRefused(Refusal):
    """The proof of work of a page does not do. Nothing was taken, nothing typed is lost."""


class WorkMissing(WorkRefused):
    message = (
        "提交前的准备还没有做完，所以没有提交。您填的都还在，请等它做完再点一次提交。"
    )


class WorkExpired(WorkRefused):
    message = (
        "这一页放得太久，提交前的准备已经过期，没有提交。"
        "您填的都还在，请看一遍再点一次提交。"
    )


class WorkInvalid(WorkRefused):
    """Changed on its way, made for another page, or not made by us at all."""

    message = "提交前的准备和这一页对不上，没有提交。您填的都还在，请再点一次提交。"


class WorkSpent(WorkRefused):
    message = "提交前的准备已经用过一次，没有重复提交。您填的都还在，请再点一次提交。"
