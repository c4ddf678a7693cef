"""How a page says that everybody may be shown the same, and what is kept of it."""

import gzip
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Self

from django.http import HttpRequest, HttpResponse, QueryDict

from site_cms.pages.cache.rules import LIFETIME, query_that_counts

# Written anew for each answer, or by the middleware that stands around the cache.
_NOT_KEPT = {"set-cookie", "vary", "cache-control", "content-length", "etag"}
_GZIP_LEVEL = 6
# What an entry takes besides its text: key, headers, objects.
_OVERHEAD = 2_000


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a page says of itself: the queries that it looks at, and its longest life."""

    queries: tuple[str, ...]
    lifetime: timedelta = LIFETIME


@dataclass(frozen=True, slots=True)
class KeptPage:
    text: bytes
    gzipped: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str
    expires_at: float

    @classmethod
    def of(cls, response: HttpResponse, *, expires_at: datetime) -> Self:
        text = response.content
        digest = hashlib.sha256(text).hexdigest()[:32]
        return cls(
            text=text,
            gzipped=gzip.compress(text, _GZIP_LEVEL, mtime=0),
            headers=tuple(
                (name, value)
                for name, value in response.items()
                if name.lower() not in _NOT_KEPT
            ),
            etag=response.get("ETag", f'"{digest}"'),
            expires_at=expires_at.timestamp(),
        )

    @property
    def size(self) -> int:
        return len(self.text) + len(self.gzipped) + _OVERHEAD


def leave_only(request: HttpRequest, names: Iterable[str]) -> None:
    """Take from a request what its page does not look at.

    A page that was drawn for ``/?x=1`` is shown at ``/`` too, so nothing of ``x`` may
    reach it: neither a hidden field that carries it along, nor a link.
    """
    query = query_that_counts(request.GET, names)
    request.GET = QueryDict(query)
    request.META["QUERY_STRING"] = query


def kept_page(*queries: str, lifetime: timedelta = LIFETIME) -> Callable:
    """A view whose page is the same for everybody and looks at no other queries."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        sharing = Sharing(queries, lifetime)

        @wraps(view)
        def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            leave_only(request, queries)
            response = view(request, *args, **kwargs)
            response.sharing = sharing
            return response

        wrapped.offers_kept_pages = True
        return wrapped

    return decorate
