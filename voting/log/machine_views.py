"""The public log for programs: witnesses that follow the heads, verifiers, receipts."""

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from site_cms.gate.decorators import limited
from site_cms.pages.cache.kept import kept_page
from site_cms.refusals import Refusal
from voting.log.errors import HeadUnknown, LeafUnknown
from voting.log.models import LogEntry, SignedHead
from voting.log.proofs import consistency, inclusion, index_of, leaf_hashes
from voting.log.queries import (
    ENTRIES_AT_ONCE,
    HEADS_AT_ONCE,
    entries_after,
    heads_after,
    latest_head,
)
from voting.log.reading import leaf_of, whole_number
from voting.log.views import shown_log
from voting.rules.notes import verifier_key

# A new head is seen this soon, whoever asks how often.
FRESH = timedelta(seconds=5)
_ALL = ["GET", "HEAD"]
_NOTHING_SIGNED = "这个活动的公开日志还没有签署过日志头，请过几分钟再看。"


class _Unreadable(Refusal):
    """What stands in the address is not what it should be."""


def _answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refusals as JSON: 400 for an address that cannot be read, 404 for what is not there."""

    @wraps(view)
    def wrapped(request: HttpRequest, slug: str) -> HttpResponse:
        try:
            return view(request, slug)
        except _Unreadable as error:
            return _json({"error": error.message}, status=400)
        except (HeadUnknown, LeafUnknown) as error:
            return _json({"error": error.message}, status=404)

    return wrapped


@require_safe
@kept_page(lifetime=FRESH)
@_answered
def head_json(request: HttpRequest, slug: str) -> HttpResponse:
    _, log = shown_log(slug)
    head = latest_head(log)
    if head is None:
        raise HeadUnknown(_NOTHING_SIGNED)
    return _json(
        {
            "origin": log.origin,
            "public_key": _base64(log.public_key),
            **_head(head),
        }
    )


@require_safe
@kept_page()
@_answered
def key_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Whose heads are to be believed; ``verifier_key`` is spelled as signed notes ask."""
    _, log = shown_log(slug)
    if log is None:
        raise HeadUnknown(_NOTHING_SIGNED)
    return _json(
        {
            "origin": log.origin,
            "public_key": _base64(log.public_key),
            "verifier_key": verifier_key(log.origin, bytes(log.public_key)),
        }
    )


@require_safe
@kept_page("after", lifetime=FRESH)
@_answered
def heads_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The heads after a size, the smallest first; ``next`` says where more begins."""
    _, log = shown_log(slug)
    found = list(heads_after(log, _number(request, "after", default=0)))
    is_all = len(found) < HEADS_AT_ONCE
    return _json(
        {
            "heads": [_head(head) for head in found],
            "next": None if is_all else found[-1].size,
        }
    )


@require_safe
@kept_page(lifetime=FRESH)
def checkpoint(request: HttpRequest, slug: str) -> HttpResponse:
    """The latest signed note, to the byte as it was signed."""
    _, log = shown_log(slug)
    head = latest_head(log)
    text, status = (head.note, 200) if head else (f"{_NOTHING_SIGNED}\n", 404)
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)


@require_safe
@kept_page("after", lifetime=FRESH)
@_answered
def entries_jsonl(request: HttpRequest, slug: str) -> HttpResponse:
    """Statements after a number, one a line. An empty answer: these were all."""
    _, log = shown_log(slug)
    after = _number(request, "after", default=0)
    lines = [
        json.dumps(
            {
                "number": entry.number,
                "first": entry.first_leaf,
                "leaves": entry.leaves,
                "text": entry.text,
            },
            ensure_ascii=False,
        )
        for entry in entries_after(log, after)
    ]
    response = HttpResponse(
        "".join(f"{line}\n" for line in lines),
        content_type="application/jsonl; charset=utf-8",
    )
    if len(lines) == ENTRIES_AT_ONCE:
        response["Link"] = f'<?after={after + ENTRIES_AT_ONCE}>; rel="next"'
    return response


@require_safe
@kept_page("entry")
@limited(burst="30/10s", sustained="600/10m", when_down="open", method=_ALL)
@_answered
def leaves_txt(request: HttpRequest, slug: str) -> HttpResponse:
    """The leaf hashes of one entry in their order, base64, one a line."""
    _, log = shown_log(slug)
    number = _number(request, "entry")
    entry = LogEntry.objects.filter(log=log, number=number).light().first()
    if entry is None:
        raise LeafUnknown("公开日志里没有这一条。序号从 1 开始，请改好再查。")
    leaves = leaf_hashes(log, entry.first_leaf, entry.size_after)
    return HttpResponse(
        "".join(f"{_base64(leaf)}\n" for leaf in leaves),
        content_type="text/plain; charset=utf-8",
    )


@require_safe
@kept_page("first", "second")
@limited(burst="60/10s", sustained="2000/10m", when_down="open", method=_ALL)
@_answered
def consistency_json(request: HttpRequest, slug: str) -> HttpResponse:
    _, log = shown_log(slug)
    first, second = _number(request, "first"), _number(request, "second")
    if log is None:
        raise HeadUnknown
    path = consistency(log, first=first, second=second)
    return _json({"first": first, "second": second, "path": [*map(_base64, path)]})


@require_safe
@kept_page("leaf", "size", "entry")
@limited(burst="40/10s", sustained="600/10m", when_down="open", method=_ALL)
@_answered
def inclusion_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Where a leaf stands and what joins it to the root of a head.

    ``entry`` is optional and saves looking through the whole log.
    """
    _, log = shown_log(slug)
    leaf, size = leaf_of(request.GET.get("leaf", "")), _number(request, "size")
    if leaf is None:
        raise _Unreadable(
            "leaf 应是一片叶的散列值：32 个字节，用 base64 写。请改好再查。"
        )
    entry = _number(request, "entry") if "entry" in request.GET else None
    if log is None:
        raise LeafUnknown
    index = index_of(log, leaf, entry=entry)
    path = inclusion(log, index=index, size=size)
    return _json({"index": index, "size": size, "path": [*map(_base64, path)]})


def _number(request: HttpRequest, name: str, *, default: int | None = None) -> int:
    if default is not None and name not in request.GET:
        return default
    number = whole_number(request.GET.get(name, ""))
    if number is None:
        raise _Unreadable(f"{name} 应是一个数，用阿拉伯数字写。请改好再查。")
    return number


def _head(head: SignedHead) -> dict[str, object]:
    return {
        "size": head.size,
        "root": _base64(head.root),
        "ballots": head.ballots,
        "time": head.note.split("\n")[4].removeprefix("time "),
        "note": head.note,
    }


def _base64(data: bytes) -> str:
    return b64encode(bytes(data)).decode()


def _json(data: object, *, status: int = 200) -> JsonResponse:
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
