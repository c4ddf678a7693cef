"""What a poll refuses is counted by its kind: never for whom, and never for which entry."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import wraps

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from site_cms.gate import minutes
from site_cms.gate.errors import TooManyRequests, WorkRefused
from site_cms.messaging.errors import AllowanceUsedUp, MessageNotSent
from voting.polls.errors import (
    AlreadyVoted,
    AnotherChoice,
    PageExpired,
    PageOfAnother,
    Unavailable,
    VotingClosed,
    VotingPaused,
)
from voting.polls.queries import known_poll
from voting.polls.voter_errors import (
    CodeMisread,
    CodeUnknown,
    PhoneCodeGone,
    WrongPhone,
    WrongPhoneCode,
)
from voting.polls.voters.wechat_oauth import SnapshotUser, WeChatRefused

View = Callable[..., HttpResponse]


class Refused(StrEnum):
    LIMIT = "limit"
    WORK = "work"
    ALREADY = "already"
    ANOTHER_CHOICE = "another-choice"
    CHOICES = "choices"
    PAGE = "page"
    COOKIES = "cookies"
    CODE = "code"
    SMS = "sms"
    UNSENT = "unsent"
    WECHAT = "wechat"
    PAUSED = "paused"
    CLOSED = "closed"
    UNAVAILABLE = "unavailable"


LABELS = {
    Refused.LIMIT: "来得太密，超过次数上限",
    Refused.WORK: "提交前的准备没有做完、过期或对不上",
    Refused.ALREADY: "已经投过",
    Refused.ANOTHER_CHOICE: "同一张选票换了选择再交",
    Refused.CHOICES: "选的个数或编号不合规则",
    Refused.PAGE: "页面过期，或者不是给这台手机的",
    Refused.COOKIES: "浏览器没有保存 Cookie",
    Refused.CODE: "纸质投票码不对",
    Refused.SMS: "手机号或短信验证码不对",
    Refused.UNSENT: "短信没有发出去",
    Refused.WECHAT: "微信没有认出来",
    Refused.PAUSED: "暂停期间提交",
    Refused.CLOSED: "不在投票时间里提交",
    Refused.UNAVAILABLE: "系统收不了：数据库或密钥有故障",
}

_CAUSES: tuple[tuple[Refused, tuple[type[Exception], ...]], ...] = (
    (Refused.LIMIT, (TooManyRequests, AllowanceUsedUp)),
    (Refused.WORK, (WorkRefused,)),
    (Refused.ALREADY, (AlreadyVoted,)),
    (Refused.ANOTHER_CHOICE, (AnotherChoice,)),
    (Refused.PAGE, (PageExpired, PageOfAnother)),
    (Refused.CODE, (CodeMisread, CodeUnknown)),
    (Refused.SMS, (WrongPhone, WrongPhoneCode, PhoneCodeGone)),
    (Refused.UNSENT, (MessageNotSent,)),
    (Refused.WECHAT, (WeChatRefused, SnapshotUser)),
    (Refused.PAUSED, (VotingPaused,)),
    (Refused.CLOSED, (VotingClosed,)),
    (Refused.UNAVAILABLE, (Unavailable, OperationalError, InterfaceError)),
)
_COUNTED = tuple(cause for _, causes in _CAUSES for cause in causes)


def count_refusal(poll_id: int, kind: Refused) -> None:
    minutes.count(name_of(poll_id, kind), now=timezone.now())


def name_of(poll_id: int, kind: Refused) -> str:
    return f"refused:{poll_id}:{kind}"


@contextmanager
def refusals_counted(poll_id: int) -> Iterator[None]:
    """Whatever is refused within is counted, and goes on its way."""
    try:
        yield
    except _COUNTED as refusal:
        count_refusal(poll_id, _kind_of(refusal))
        raise


def _kind_of(refusal: Exception) -> Refused:
    return next(kind for kind, causes in _CAUSES if isinstance(refusal, causes))


def limit_counted(view: View) -> View:
    """Stands outside ``limited``. Only polls that this process has met are counted: whoever
    is over a limit must not cost a question to the database, or invent names of counters.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, slug: str, **kwargs) -> HttpResponse:
        try:
            return view(request, slug=slug, **kwargs)
        except TooManyRequests:
            if poll := known_poll(slug):
                count_refusal(poll.id, Refused.LIMIT)
            raise

    return wrapped
