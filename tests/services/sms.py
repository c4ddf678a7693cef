"""The SMS interfaces of Aliyun and Tencent Cloud, as their documents describe them.

Signatures are worked out here once more, from the bytes that arrived: nothing is shared
with the code under test.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

from tests.services.stand_in import Request, stand_in

KEY_ID, SECRET = "an-access-key", "its-secret"


@dataclass
class Provider:
    """``sent`` is what reached a telephone; ``refuse_with`` is the provider's own no."""

    address: str = ""
    sent: list[dict] = field(default_factory=list)
    refuse_with: str = ""
    garbage: bytes = b""


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _canonical(request: Request, query: str, names: list[str], payload: str) -> bytes:
    lines = [f"{name}:{request.headers[name].strip().lower()}\n" for name in names]
    if request.headers["authorization"].startswith("ACS3"):
        lines = [f"{name}:{request.headers[name].strip()}\n" for name in names]
    parts = [request.method, request.path, query, "".join(lines), ";".join(names)]
    return "\n".join([*parts, payload]).encode()


@contextmanager
def aliyun() -> Iterator[Provider]:
    provider = Provider()

    def answer(request: Request) -> tuple[int, bytes]:
        if provider.garbage:
            return 200, provider.garbage
        given = re.fullmatch(
            r"ACS3-HMAC-SHA256 Credential=(.+?),SignedHeaders=(.+?),Signature=(\w{64})",
            request.headers.get("authorization", ""),
        )
        values = dict(parse_qsl(request.query, strict_parsing=True))
        query = "&".join(
            f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
            for name, value in sorted(values.items())
        )
        canonical = _canonical(request, query, given[2].split(";"), _sha(request.body))
        to_sign = f"ACS3-HMAC-SHA256\n{_sha(canonical)}".encode()
        right = hmac.new(SECRET.encode(), to_sign, hashlib.sha256).hexdigest()
        if given[1] != KEY_ID or given[3] != right or query != request.query:
            return 400, json.dumps(
                {"Code": "SignatureDoesNotMatch", "Message": "..."}
            ).encode()
        told = {
            "action": request.headers["x-acs-action"],
            "version": request.headers["x-acs-version"],
        }
        if provider.refuse_with:
            told = {"Code": provider.refuse_with, "Message": "触发流控"}
            return 200, json.dumps(told).encode()
        provider.sent.append(told | values)
        done = {"Code": "OK", "Message": "OK", "BizId": "1^0", "RequestId": "R"}
        return 200, json.dumps(done).encode()

    with stand_in(answer) as provider.address:
        yield provider


@contextmanager
def tencent() -> Iterator[Provider]:
    provider = Provider()

    def told(response: dict) -> tuple[int, bytes]:
        return 200, json.dumps({"Response": response | {"RequestId": "R"}}).encode()

    def answer(request: Request) -> tuple[int, bytes]:
        if provider.garbage:
            return 200, provider.garbage
        given = re.fullmatch(
            r"TC3-HMAC-SHA256 Credential=(.+?)/(.+?)/sms/tc3_request, "
            r"SignedHeaders=(.+?), Signature=(\w{64})",
            request.headers.get("authorization", ""),
        )
        names = given[3].split(";")
        scope = f"{given[2]}/sms/tc3_request"
        canonical = _canonical(request, request.query, names, _sha(request.body))
        stamp = request.headers["x-tc-timestamp"]
        to_sign = "\n".join(["TC3-HMAC-SHA256", stamp, scope, _sha(canonical)])
        key = f"TC3{SECRET}".encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        right = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
        if given[1] != KEY_ID or given[4] != right:
            code = "AuthFailure.SignatureFailure"
            return told({"Error": {"Code": code, "Message": "..."}})
        values = json.loads(request.body)
        state = {"PhoneNumber": values["PhoneNumberSet"][0], "Fee": 1}
        if provider.refuse_with:
            bad = state | {"Code": provider.refuse_with, "Message": "limit", "Fee": 0}
            return told({"SendStatusSet": [bad]})
        provider.sent.append(
            values
            | {
                "action": request.headers["x-tc-action"],
                "version": request.headers["x-tc-version"],
                "region": request.headers["x-tc-region"],
            }
        )
        return told(
            {"SendStatusSet": [state | {"Code": "Ok", "Message": "send success"}]}
        )

    with stand_in(answer) as provider.address:
        yield provider
