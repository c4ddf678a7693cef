"""WeChat's web authorisation, scope snsapi_base: an openid and nothing else.

https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
"""

from urllib.parse import urlencode

import requests
from django.conf import settings

from voting.polls.voter_errors import NotIdentified

TIMEOUT = (3.05, 6)


class WeChatRefused(NotIdentified):
    """``cause`` is for the log."""

    message = "微信没有告诉我们这是谁，还没有投票。请再试一次，或者换一种方式投票。"

    def __init__(self, cause: str) -> None:
        super().__init__()
        self.cause = cause


class SnapshotUser(NotIdentified):
    """WeChat shows a snapshot of the page, in which accounts are made up."""

    message = (
        "微信现在打开的是“网页快照”，在快照里不能投票，还没有投票。"
        "请点页面下方的“使用完整服务”，再投。"
    )


def authorize_address(*, back: str, state: str) -> str:
    """Where the browser is sent. The order of the parameters is WeChat's."""
    query = urlencode(
        {
            "appid": settings.WECHAT_APP_ID,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
    )
    return f"{settings.WECHAT_AUTHORIZE_URL}?{query}#wechat_redirect"


def openid_of(code: str) -> str:
    """Spend a code, which WeChat takes once, for the openid of the account that looks."""
    try:
        answer = requests.get(
            f"{settings.WECHAT_API_URL}/sns/oauth2/access_token",
            params={
                "appid": settings.WECHAT_APP_ID,
                "secret": settings.WECHAT_APP_SECRET,
                "code": code,
                "grant_type": "authorization_code",
            },
            timeout=TIMEOUT,
            allow_redirects=False,
        ).json()
    except requests.RequestException as error:
        # Its text has the address in it, and that the secret.
        raise WeChatRefused(type(error).__name__) from None
    if not isinstance(answer, dict) or not isinstance(answer.get("openid"), str):
        cause = answer.get("errcode") if isinstance(answer, dict) else "no object"
        raise WeChatRefused(f"errcode {cause}")
    if answer.get("is_snapshotuser") == 1:
        raise SnapshotUser
    return answer["openid"]
