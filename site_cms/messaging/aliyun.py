"""SMS through Alibaba Cloud: SendSms 2017-05-25, signed with ACS3-HMAC-SHA256 (V3).

https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from site_cms.messaging import provider
from site_cms.messaging.errors import MessageNotSent

ALGORITHM = "ACS3-HMAC-SHA256"
HOST = "dysmsapi.aliyuncs.com"
ACTION, VERSION = "SendSms", "2017-05-25"


@dataclass(frozen=True, slots=True)
class Aliyun:
    access_key_id: str
    access_key_secret: str
    sign_name: str
    template: str
    parameters: tuple[str, ...]
    endpoint: str = f"https://{HOST}"

    def send(self, *, phone: str, values: Mapping[str, str], now: datetime) -> None:
        """``phone`` as +86 and eleven digits. Returns when the provider has taken it."""
        told = {name: values[name] for name in self.parameters}
        query = canonical_query(
            {
                "PhoneNumbers": phone.removeprefix("+86"),
                "SignName": self.sign_name,
                "TemplateCode": self.template,
                "TemplateParam": json.dumps(told, ensure_ascii=False),
            }
        )
        headers = signed_headers(
            access_key_id=self.access_key_id,
            access_key_secret=self.access_key_secret,
            host=provider.host_of(self.endpoint),
            action=ACTION,
            version=VERSION,
            query=query,
            nonce=secrets.token_hex(16),
            now=now,
        )
        answer = provider.post(f"{self.endpoint}/?{query}", headers=headers, body=b"")
        if answer.get("Code") != "OK":
            raise MessageNotSent(f"{answer.get('Code')}: {answer.get('Message')}")


def signed_headers(
    *,
    access_key_id: str,
    access_key_secret: str,
    host: str,
    action: str,
    version: str,
    query: str,
    nonce: str,
    now: datetime,
) -> dict[str, str]:
    """The headers of a POST to ``/`` without a body, its Authorization among them."""
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-acs-date": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(headers)
    canonical = "\n".join(
        [
            "POST",
            "/",
            query,
            *(f"{name}:{value}" for name, value in headers.items()),
            "",
            names,
            headers["x-acs-content-sha256"],
        ]
    )
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(access_key_secret.encode(), to_sign.encode(), hashlib.sha256)
    return headers | {
        "Authorization": f"{ALGORITHM} Credential={access_key_id},"
        f"SignedHeaders={names},Signature={signature.hexdigest()}"
    }


def canonical_query(parameters: Mapping[str, str]) -> str:
    """Sorted by name, escaped after RFC 3986.

    >>> canonical_query({"b": "a b*~", "a": "红"})
    'a=%E7%BA%A2&b=a%20b%2A~'
    """
    return "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}"
        for name, value in sorted(parameters.items())
    )
