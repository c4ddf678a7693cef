"""Certificates and share pictures as files: each drawn once, and all of them in one zip.

The name of a file is made from all that stands on it, so what has changed has another
name and the old one goes. The worker draws ahead; who comes before it waits once for all
others. The folder may be emptied at any time: the same words give the same bytes.
"""

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings
from django.contrib.staticfiles import finders

from showcase.contests.models import Contest
from showcase.pages.models import ShowcasePage
from voting.results.certificates import as_pdf, as_png, draw_certificate
from voting.results.honour_errors import NotAllDrawn, NotFinalYet
from voting.results.honour_queries import Honours, honours_of
from voting.results.honours import certificate_of, shared_of, winner_of
from voting.results.models import Release
from voting.results.share_pictures import as_jpeg, draw_winner, draw_winners
from voting.results.standings import Row

# Raise it when a drawing changes.
_DRAWING = 1
PNG, PDF, SHARE = "certificate.png", "certificate.pdf", "share.jpg"
CERTIFICATES = (PNG, PDF)
_ALL = "all"
_IN_CHINESE = {PNG: "证书.png", PDF: "证书.pdf", SHARE: "分享图.jpg"}
_WITHOUT_PHOTO = "site_cms/img/panorama-1600.webp"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_A_ROUND = 4

LOOK_AGAIN_AFTER = timedelta(minutes=1)

_one_at_a_time = threading.Lock()
# By folder: when nothing was missing in it.
_whole_at: dict[Path, datetime] = {}


@dataclass(frozen=True, slots=True)
class File:
    """``row`` None: of the whole contest. ``key`` changes with what is to be seen."""

    row: Row | None
    kind: str
    key: str
    path: Path

    @property
    def is_drawn(self) -> bool:
        return self.path.exists()

    @property
    def ending(self) -> str:
        return self.kind.rpartition(".")[2]

    @property
    def name(self) -> str:
        """As somebody finds it in a folder later."""
        whose = f"{self.row.plate} 号 {self.row.name}" if self.row else "红旗单位"
        return f"{whose} {_IN_CHINESE[self.kind]}"


def files_of(honours: Honours) -> list[File]:
    """Everything that there is for this result now: certificates only when it is final."""
    kinds = (*CERTIFICATES, SHARE) if honours.is_final else (SHARE,)
    files = [file_of(honours, row, kind) for row in honours.winners for kind in kinds]
    return [*files, file_of(honours, None, SHARE)]


def file_of(honours: Honours, row: Row | None, kind: str) -> File:
    if kind in CERTIFICATES:
        if not honours.is_final:
            raise NotFinalYet
        said = astuple(certificate_of(honours, row))
    elif row is None:
        said = (
            astuple(shared_of(honours)),
            honours.title,
            [astuple(winner_of(honours, each)) for each in honours.winners],
        )
    else:
        page = honours.page_of(row)
        photo = page and page.cover and (page.cover.file.name, _centre(page))
        said = (
            astuple(shared_of(honours)),
            astuple(winner_of(honours, row)),
            photo,
        )
    key = hashlib.sha256(repr((_DRAWING, kind, said)).encode()).hexdigest()[:16]
    return File(
        row, kind, key, _path(honours.contest, row.plate if row else _ALL, key, kind)
    )


def drawn(honours: Honours, file: File) -> bytes:
    """The bytes of a file, drawn if nobody asked before."""
    try:
        return file.path.read_bytes()
    except FileNotFoundError:
        pass
    with _one_at_a_time:
        if not file.is_drawn:
            _draw(honours, file)
        return file.path.read_bytes()


def draw_some(honours: Honours, *, most: int = _A_ROUND) -> int:
    """Draw a few that nobody has drawn yet. Returns how many are still missing."""
    missing = [file for file in files_of(honours) if not file.is_drawn]
    for file in missing[:most]:
        drawn(honours, file)
    return sum(not file.is_drawn for file in missing)


def draw_missing_honours(*, now: datetime) -> None:
    """Worker's job: what belongs to the public results of contests that are not archived.

    One for which everything is drawn is looked at again after a while only.
    """
    released = Release.objects.filter(
        released_at__lte=now, contest__in=Contest.objects.not_archived()
    )
    for release in released.select_related("contest"):
        folder = _folder(release.contest)
        if now - _whole_at.get(folder, now - LOOK_AGAIN_AFTER) < LOOK_AGAIN_AFTER:
            continue
        honours = honours_of(release.contest, now=now)
        if honours is not None and not draw_some(honours):
            _whole_at[folder] = now


def packed(honours: Honours) -> Path:
    """One zip with everything for all winners. The same files give the same bytes.

    Errors
        :class:`NotFinalYet`, :class:`NotAllDrawn`; it is not drawn for who asks for it.
    """
    if not honours.is_final:
        raise NotFinalYet
    files = files_of(honours)
    if not all(file.is_drawn for file in files):
        raise NotAllDrawn
    key = hashlib.sha256("".join(file.key for file in files).encode()).hexdigest()
    path = _path(honours.contest, _ALL, key[:16], "honours.zip")
    with _one_at_a_time:
        if not path.exists():
            with _stored(path) as unfinished, ZipFile(unfinished, "w") as bundle:
                for file in files:
                    entry = ZipInfo(file.name, _EPOCH)
                    entry.compress_type = ZIP_STORED
                    entry.external_attr = 0o644 << 16
                    bundle.writestr(entry, file.path.read_bytes())
    return path


def _draw(honours: Honours, file: File) -> None:
    if file.kind in CERTIFICATES:
        certificate = certificate_of(honours, file.row)
        picture = draw_certificate(certificate)
        made = (
            as_png(picture)
            if file.kind == PNG
            else as_pdf(picture, title=f"{certificate.title} {certificate.recipient}")
        )
    elif file.row is None:
        winners = [winner_of(honours, each) for each in honours.winners]
        made = as_jpeg(draw_winners(shared_of(honours), honours.title, winners))
    else:
        page = honours.page_of(file.row)
        with _photo(page) as photo:
            made = as_jpeg(
                draw_winner(
                    shared_of(honours),
                    winner_of(honours, file.row),
                    photo,
                    centre=_centre(page),
                )
            )
    with _stored(file.path) as unfinished:
        unfinished.write_bytes(made)


@contextmanager
def _stored(path: Path) -> Iterator[Path]:
    """At once as a whole, and without what it replaces."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    whose, stem, _ = path.name.split("-")
    for old in path.parent.glob(f"{whose}-{stem}-*{path.suffix}"):
        if old != path:
            old.unlink(missing_ok=True)


def _folder(contest: Contest) -> Path:
    return settings.HONOURS_DIR / str(contest.pk)


def _path(contest: Contest, whose: str, key: str, kind: str) -> Path:
    stem, _, ending = kind.partition(".")
    return _folder(contest) / f"{whose}-{stem}-{key}.{ending}"


def _photo(page: ShowcasePage | None) -> BinaryIO:
    if page is None or page.cover is None:
        return Path(finders.find(_WITHOUT_PHOTO)).open("rb")
    return page.cover.file.storage.open(page.cover.file.name)


def _centre(page: ShowcasePage | None) -> tuple[float, float]:
    """What the editor marked as the middle of the cover, as shares of its sides."""
    cover = page.cover if page else None
    if cover is None or cover.focal_point_x is None:
        return 0.5, 0.5
    return cover.focal_point_x / cover.width, cover.focal_point_y / cover.height
