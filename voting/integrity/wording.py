"""Words for what detection and people say of a group: pure text."""

from collections.abc import Iterable

FAMILIES = {
    "time": "时间",
    "network": "来路",
    "content": "选法",
    "client": "设备",
}


def families_in_words(families: Iterable[str]) -> str:
    """
    >>> families_in_words(["time", "network"])
    '时间、来路'
    """
    return "、".join(FAMILIES.get(name, name) for name in families)


CLIENTS = {
    "wechat-android": "微信（安卓）",
    "wechat-ios": "微信（苹果）",
    "chrome-android": "安卓浏览器",
    "safari-ios": "苹果浏览器",
    "desktop": "电脑",
    "other": "其他",
    "none": "没有说明",
}


ADAPTERS = {
    "device": "手机或电脑",
    "sms": "短信验证码",
    "wechat": "微信账号",
    "code": "纸质投票码",
}


def adapter_in_words(adapter: str) -> str:
    return ADAPTERS.get(adapter, "其他")


def client_in_words(client: str) -> str:
    return CLIENTS.get(client, CLIENTS["other"])


def against_losses(*, is_closed: bool, has_void: bool) -> str:
    """Why nobody may see yet what entries lose; empty where somebody may."""
    if not is_closed:
        return (
            "民意测评还没有截止。截止以前，谁也看不到任何单位的票数，也看不到少了多少。"
        )
    if not has_void:
        return "这一组还没有决定作废。决定以前只看证据，不看是哪个单位的票。"
    return ""
