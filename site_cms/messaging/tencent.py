"""SMS through Tencent Cloud: SendSms 2021-01-11, signed with TC3-HMAC-SHA256.

https://cloud.tencent.com/document/api/382/52072
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from site_cms.messaging import provider
from site_cms.messaging.errors import MessageNotSent

ALGORITHM = "TC3-HMAC-SHA256"
HOST, SERVICE = "sms.tencentcloudapi.com", "sms"
ACTION, VERSION = "SendSms", "2021-01-11"
CONTENT_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Tencent:
    secret_id: str
    secret_key: str
    app_id: str
    sign_name: str
    template: str
    parameters: tuple[str, ...]
    region: str = "ap-guangzhou"
    endpoint: str = f"https://{HOST}"

    def send(self, *, phone: str, values: Mapping[str, str], now: datetime) -> None:
        """``phone`` as +86 and eleven digits. Returns when the provider has taken it."""
        body = json.dumps(
            {
                "PhoneNumberSet": [phone],
                "SmsSdkAppId": self.app_id,
                "SignName": self.sign_name,
                "TemplateId": self.template,
                "TemplateParamSet": [values[name] for name in self.parameters],
            },
            ensure_ascii=False,
        ).encode()
        headers = signed_headers(
            secret_id=self.secret_id,
            secret_key=self.secret_key,
            host=provider.host_of(self.endpoint),
            service=SERVICE,
            action=ACTION,
            version=VERSION,
            region=self.region,
            body=body,
            now=now,
        )
        answer = provider.post(f"{self.endpoint}/", headers=headers, body=body)
        if "Error" in (response := _part(answer, "Response")):
            error = _part(response, "Error")
            raise MessageNotSent(f"{error.get('Code')}: {error.get('Message')}")
        states = response.get("SendStatusSet")
        state = states[0] if isinstance(states, list) and states else {}
        if not isinstance(state, dict):
            raise MessageNotSent("the answer is not what the documents say")
        if state.get("Code") != "Ok":
            raise MessageNotSent(f"{state.get('Code')}: {state.get('Message')}")


def _part(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = answer.get(name)
    return part if isinstance(part, dict) else {}


def signed_headers(
    *,
    secret_id: str,
    secret_key: str,
    host: str,
    service: str,
    action: str,
    version: str,
    region: str,
    body: bytes,
    now: datetime,
) -> dict[str, str]:
    """The headers of a POST to ``/``, its Authorization among them."""
    timestamp = str(int(now.timestamp()))
    day = now.astimezone(UTC).strftime("%Y-%m-%d")
    signed = {"content-type": CONTENT_TYPE, "host": host, "x-tc-action": action.lower()}
    names = ";".join(signed)
    canonical = "\n".join(
        [
            "POST",
            "/",
            "",
            *(f"{name}:{value}" for name, value in signed.items()),
            "",
            names,
            hashlib.sha256(body).hexdigest(),
        ]
    )
    scope = f"{day}/{service}/tc3_request"
    to_sign = "\n".join(
        [ALGORITHM, timestamp, scope, hashlib.sha256(canonical.encode()).hexdigest()]
    )
    key = f"TC3{secret_key}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    return {
        "Content-Type": CONTENT_TYPE,
        "Host": host,
        "X-TC-Action": action,
        "X-TC-Timestamp": timestamp,
        "X-TC-Version": version,
        "X-TC-Region": region,
        "Authorization": f"{ALGORITHM} Credential={secret_id}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}",
    }
