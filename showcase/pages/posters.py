"""Share pictures and posters of units: what stands on them, and each drawn once.

The name of a stored picture is made from all that stands on it. So what has changed (a
page published again, another deadline) has another name, is drawn anew, and the old one
goes. The worker draws ahead; a citizen who comes before it waits once for all others.
The folder may be emptied at any time.
"""

import hashlib
import os
import threading
from dataclasses import astuple, dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils import timezone

from showcase.pages.models import ShowcasePage
from showcase.pages.poster_drawing import A4, PHONE, Poster, draw

# Raise it when the drawing changes.
_DRAWING = 1
_FORMATS = {"share": PHONE, "poster": A4}
_MOST_BYTES = {"share": 400_000, "poster": 2_500_000}
_QUALITIES = (86, 76, 66, 50, 35)
_WITHOUT_PHOTO = "site_cms/img/panorama-1600.webp"
_A_ROUND = 6

_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as it is sent. ``key`` changes with what is to be seen."""

    key: str
    jpeg: bytes


def drawn(page: ShowcasePage, kind: str) -> Drawn:
    """The picture of ``kind`` (``share`` or ``poster``), drawn if nobody asked before."""
    poster = poster_of(page)
    key = _key(page, poster)
    path = _path(page, kind, key)
    try:
        return Drawn(key, path.read_bytes())
    except FileNotFoundError:
        pass
    with _one_at_a_time:
        if path.exists():
            return Drawn(key, path.read_bytes())
        jpeg = _as_jpeg(page, poster, kind)
        _store(path, jpeg)
        return Drawn(key, jpeg)


def draw_missing_posters(*, now: datetime) -> int:
    """Worker's job: a few of the pictures that nobody has drawn yet. Returns how many."""
    pages = ShowcasePage.objects.shown().standing(now).with_entry()
    missing = [
        (page, kind)
        for page in pages.filter(entry__contest__archived_at=None)
        for kind in _FORMATS
        if not _path(page, kind, _key(page, poster_of(page))).exists()
    ]
    for page, kind in missing[:_A_ROUND]:
        drawn(page, kind)
    return len(missing[:_A_ROUND])


def poster_of(page: ShowcasePage) -> Poster:
    contest = page.entry.contest
    closes_at = contest.poll_closes_at
    local = timezone.localtime(closes_at) if closes_at else None
    return Poster(
        plate=page.entry.plate,
        name=page.title,
        one_line=page.one_line,
        contest=contest.name,
        deadline=f"{local:%Y} 年 {local.month} 月 {local.day} 日 {local:%H:%M}"
        if local
        else "",
        address=f"{settings.PUBLIC_ORIGIN}{page.path_on_site}",
        band=f"示例：{contest.practice_note}" if contest.practice else "",
    )


def _key(page: ShowcasePage, poster: Poster) -> str:
    photo = page.cover and (page.cover.file.name, _centre(page))
    said = repr((_DRAWING, astuple(poster), photo))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _path(page: ShowcasePage, kind: str, key: str) -> Path:
    return settings.POSTERS_DIR / str(page.pk) / f"{kind}-{key}.jpg"


def _as_jpeg(page: ShowcasePage, poster: Poster, kind: str) -> bytes:
    with _photo(page) as photo:
        picture = draw(poster, photo, _FORMATS[kind], centre=_centre(page))
    for quality in _QUALITIES:
        encoded = BytesIO()
        picture.save(encoded, "JPEG", quality=quality, optimize=True, dpi=(300, 300))
        if encoded.tell() <= _MOST_BYTES[kind]:
            break
    return encoded.getvalue()


def _photo(page: ShowcasePage) -> BinaryIO:
    if page.cover is None:
        return Path(finders.find(_WITHOUT_PHOTO)).open("rb")
    return page.cover.file.storage.open(page.cover.file.name)


def _centre(page: ShowcasePage) -> tuple[float, float]:
    """What the editor marked as the middle of the cover, as shares of its sides."""
    cover = page.cover
    if cover is None or cover.focal_point_x is None:
        return 0.5, 0.5
    return cover.focal_point_x / cover.width, cover.focal_point_y / cover.height


def _store(path: Path, jpeg: bytes) -> None:
    """At once as a whole, and without what it replaces."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    unfinished.write_bytes(jpeg)
    unfinished.replace(path)
    kind = path.name.partition("-")[0]
    for old in path.parent.glob(f"{kind}-*.jpg"):
        if old != path:
            old.unlink(missing_ok=True)
