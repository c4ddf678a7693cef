"""Small JSON answers that are asked for every two seconds."""

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified


def tagged(request: HttpRequest, body: bytes, content_type: str) -> HttpResponse:
    """The body with its ETag, or 304 when the client has it already."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    if etag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type=content_type)
    response["ETag"] = etag
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def tagged_json(request: HttpRequest, payload: Any) -> HttpResponse:
    body = json.dumps(
        payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    ).encode()
    return tagged(request, body, "application/json")
