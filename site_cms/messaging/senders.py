"""Who sends: the provider that the settings name."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from django.conf import settings

from site_cms.messaging.aliyun import Aliyun
from site_cms.messaging.tencent import Tencent

log = logging.getLogger(__name__)


class Sender(Protocol):
    def send(self, *, phone: str, values: Mapping[str, str], now: datetime) -> None:
        """Hand one message over, or raise :class:`MessageNotSent`."""


class Console:
    """For the demo and for development: the message is a line of the log."""

    def send(self, *, phone: str, values: Mapping[str, str], now: datetime) -> None:
        log.warning("短信（演示，没有真的发出）%s：%s", phone, values)


_NEEDED = {
    "console": (),
    "aliyun": (
        "SMS_ACCESS_KEY_ID",
        "SMS_ACCESS_KEY_SECRET",
        "SMS_SIGN_NAME",
        "SMS_TEMPLATE",
    ),
    "tencent": (
        "SMS_ACCESS_KEY_ID",
        "SMS_ACCESS_KEY_SECRET",
        "SMS_APP_ID",
        "SMS_SIGN_NAME",
        "SMS_TEMPLATE",
    ),
}


def missing() -> str:
    """What must be set before a message can be sent, as a sentence; empty: nothing."""
    provider = settings.SMS_PROVIDER
    if provider not in _NEEDED:
        return "还没有设定短信服务商（SMS_PROVIDER），发不出短信验证码。"
    unset = [name for name in _NEEDED[provider] if not getattr(settings, name)]
    return f"短信服务商还缺设置：{'、'.join(unset)}。" if unset else ""


def sender() -> Sender:
    endpoint = {"endpoint": settings.SMS_ENDPOINT} if settings.SMS_ENDPOINT else {}
    if settings.SMS_PROVIDER == "aliyun":
        return Aliyun(
            access_key_id=settings.SMS_ACCESS_KEY_ID,
            access_key_secret=settings.SMS_ACCESS_KEY_SECRET,
            sign_name=settings.SMS_SIGN_NAME,
            template=settings.SMS_TEMPLATE,
            parameters=tuple(settings.SMS_PARAMETERS),
            **endpoint,
        )
    if settings.SMS_PROVIDER == "tencent":
        return Tencent(
            secret_id=settings.SMS_ACCESS_KEY_ID,
            secret_key=settings.SMS_ACCESS_KEY_SECRET,
            app_id=settings.SMS_APP_ID,
            sign_name=settings.SMS_SIGN_NAME,
            template=settings.SMS_TEMPLATE,
            parameters=tuple(settings.SMS_PARAMETERS),
            **endpoint,
        )
    return Console()
