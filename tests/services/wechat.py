"""WeChat's web authorisation, as its documents describe it: codes are good once."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tests.services.stand_in import Request, stand_in

APP_ID, SECRET = "wx0123456789abcdef", "app-secret"
AGENT = (
    "Mozilla/5.0 (Linux; Android 12; SM-A135F) AppleWebKit/537.36 Chrome/107.0 "
    "Mobile Safari/537.36 MicroMessenger/8.0.50.2701(0x28003200) NetType/4G"
)


@dataclass
class WeChat:
    address: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    is_snapshot: bool = False
    garbage: bytes = b""

    def approve(self, location: str, openid: str) -> str:
        """What WeChat's browser does with the address it is sent to: where it goes back."""
        address, _, fragment = location.partition("#")
        query = parse_qs(urlsplit(address).query)
        assert fragment == "wechat_redirect"
        assert query["appid"] == [APP_ID]
        assert query["response_type"] == ["code"]
        assert query["scope"] == ["snsapi_base"]
        code = secrets.token_hex(16)
        self.codes[code] = openid
        back = query["redirect_uri"][0]
        joint = "&" if "?" in back else "?"
        return f"{back}{joint}code={code}&state={query['state'][0]}"


@contextmanager
def wechat() -> Iterator[WeChat]:
    here = WeChat()

    def answer(request: Request) -> tuple[int, bytes]:
        if here.garbage:
            return 200, here.garbage
        asked = dict(parse_qsl(request.query))
        if request.path != "/sns/oauth2/access_token" or (
            (asked["appid"], asked["secret"]) != (APP_ID, SECRET)
            or asked["grant_type"] != "authorization_code"
        ):
            return 200, b'{"errcode":40125,"errmsg":"invalid appsecret"}'
        openid = here.codes.pop(asked["code"], None)
        if openid is None:
            return 200, b'{"errcode":40163,"errmsg":"code been used"}'
        told = {
            "access_token": "ACCESS_TOKEN",
            "expires_in": 7200,
            "refresh_token": "REFRESH_TOKEN",
            "openid": openid,
            "scope": "snsapi_base",
        }
        if here.is_snapshot:
            told["is_snapshotuser"] = 1
        return 200, json.dumps(told).encode()

    with stand_in(answer) as here.address:
        yield here
