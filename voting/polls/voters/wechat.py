"""A WeChat account, told by WeChat itself inside its own browser, without a question."""

from django.conf import settings
from django.http import HttpRequest

from voting.polls.voters.asked import Asked


class WeChat(Asked):
    name = "wechat"
    label = "微信（在微信里打开）"
    invitation = "用微信投票"
    is_silent = True

    def lacks(self) -> str:
        if settings.WECHAT_APP_ID and settings.WECHAT_APP_SECRET:
            return ""
        return "还没有设定微信服务号（WECHAT_APP_ID、WECHAT_APP_SECRET）。"

    def is_offered(self, request: HttpRequest) -> bool:
        return is_inside_wechat(request)


def is_inside_wechat(request: HttpRequest) -> bool:
    """WeChat's browser, and not that of WeCom, whose accounts are others."""
    agent = request.headers.get("User-Agent", "").lower()
    return "micromessenger" in agent and "wxwork" not in agent
