"""The one way to a provider's server: a short wait, no redirect, JSON or a refusal."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from site_cms.messaging.errors import MessageNotSent

# Seconds to connect, and to wait for the answer: a voter is looking at the page.
TIMEOUT = (3.05, 6)


def host_of(endpoint: str) -> str:
    """As it is signed and sent: with its port where it has one of its own."""
    return urlsplit(endpoint).netloc


def post(address: str, *, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    try:
        answer = requests.post(
            address,
            data=body,
            headers=dict(headers),
            timeout=TIMEOUT,
            allow_redirects=False,
        ).json()
    except requests.RequestException as error:
        raise MessageNotSent(f"{type(error).__name__}: no answer") from error
    if not isinstance(answer, dict):
        raise MessageNotSent("the answer is not an object")
    return answer
