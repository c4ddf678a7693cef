"""Parts of a file, as players ask for them: a telephone plays no film without."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_CHUNK = 64 * 1024


def part_asked(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte that a Range header asks for; None: send the whole file.

    What cannot be understood, several ranges among it, counts as not asked (RFC 9110).

    >>> part_asked("bytes=0-1", 100), part_asked("bytes=90-", 100), part_asked("bytes=-5", 100)
    ((0, 1), (90, 99), (95, 99))
    >>> part_asked("bytes=5-2", 100), part_asked("pages=1-2", 100)
    (None, None)
    """
    asked = _RANGE.fullmatch(header.strip())
    if asked is None or asked.groups() == ("", ""):
        return None
    if not asked[1]:
        return max(size - int(asked[2]), 0), size - 1
    first, last = int(asked[1]), int(asked[2] or size - 1)
    if asked[2] and last < first:
        return None
    return first, min(last, size - 1)


def with_ranges(
    request: HttpRequest, response: FileResponse
) -> HttpResponse | StreamingHttpResponse:
    """The same answer, cut to the part that was asked for."""
    response.headers["Accept-Ranges"] = "bytes"
    header = request.headers.get("Range")
    if header is None or response.status_code != 200:
        return response
    size = int(response.headers["Content-Length"])
    part = part_asked(header, size)
    if part is None:
        return response
    first, last = part
    if first > last:
        response.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    file = response.file_to_stream
    file.seek(first)
    cut = StreamingHttpResponse(
        _bytes_of(file, last - first + 1), status=206, headers=response.headers
    )
    cut.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    cut.headers["Content-Length"] = str(last - first + 1)
    return cut


def _bytes_of(file: BinaryIO, left: int) -> Iterator[bytes]:
    with file:
        while left > 0 and (chunk := file.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk
