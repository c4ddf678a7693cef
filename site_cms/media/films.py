"""What an MP4 says of itself, and what a telephone wrote into it that nobody else should read.

A film is a row of boxes: size, four letters, content. Only the letters are needed to tell
what it is; place, time and names stand in boxes that a player does without.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Self

from django.conf import settings
from django.core.files.base import File

from site_cms.media.errors import UploadRefused

_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf"}
# User data, metadata, what programs add, and padding in which anything may hide.
_PRIVATE = {b"udta", b"meta", b"uuid", b"free", b"skip", b"wide"}
# They begin with the moments of creation and of the last change.
_DATED = {b"mvhd", b"tkhd", b"mdhd"}
_H264 = {b"avc1", b"avc3"}
_LARGEST_INDEX = 16 * 1024 * 1024
_MOST_BOXES = 5_000

TOO_LARGE = (
    "这段视频超过 60 MB，群众用手机看要费很多流量。"
    "请剪短到三四分钟以内，或用剪辑软件导出为 720P 再传。"
)
NOT_MP4 = (
    "只收 MP4 视频（H.264 编码），手机和电脑都能放。苹果手机拍的 MOV，"
    "请用相册或剪辑软件另存为 MP4 再传。"
)
NOT_H264 = (
    "这段视频不是 H.264 编码，很多手机放不出来。"
    "请在剪辑软件里选“H.264 / 兼容性最好”重新导出 MP4 再传。"
)
BROKEN = "这段视频打不开，可能没有传完或已经损坏。请先在电脑上放一遍，再重新上传。"
OTHER_DATA = (
    "这段视频里除了画面和声音，还夹带别的数据，可能有拍摄地点。"
    "请用剪辑软件重新导出 MP4 再传。"
)


class _Broken(Exception):
    """The boxes do not add up."""


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    content: int
    end: int


@dataclass(slots=True)
class Film:
    """``blank`` are the ranges to empty, ``renamed`` where a box becomes padding."""

    seconds: int = 0
    width: int = 0
    height: int = 0
    has_picture: bool = False
    has_sound: bool = False
    blank: list[tuple[int, int]] = field(default_factory=list)
    renamed: list[int] = field(default_factory=list)


class CleanFilm(File):
    """A film as it is stored: with nothing but picture and sound."""

    @classmethod
    def of(cls, file: File) -> Self:
        """The same film without anything else, or :class:`UploadRefused`."""
        if isinstance(file, cls):
            return file
        clean = cls(file.file, name=file.name)
        clean.film = film_in(file)
        return clean

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        at = 0
        for chunk in super().chunks(chunk_size):
            piece = bytearray(chunk)
            for start, end in self.film.blank:
                first, last = max(start - at, 0), min(end - at, len(piece))
                if first < last:
                    piece[first:last] = bytes(last - first)
            for start in self.film.renamed:
                for letter, byte in enumerate(b"free", start - at):
                    if 0 <= letter < len(piece):
                        piece[letter] = byte
            at += len(piece)
            yield bytes(piece)


def film_in(file: File) -> Film:
    """What the file holds; a refusal says what is wrong with it and what to do."""
    if file.size > settings.SITE_VIDEO_MAX_UPLOAD_SIZE:
        raise UploadRefused(TOO_LARGE)
    try:
        film = _read(file, file.size)
    except _Broken as error:
        raise UploadRefused(BROKEN) from error
    if not film.has_picture or not film.seconds:
        raise UploadRefused(BROKEN)
    return film


def _read(file: BinaryIO, size: int) -> Film:
    film, kinds = Film(), []
    for box in _boxes(file, 0, size):
        if not kinds:
            _must_be_mp4(file, box)
        kinds.append(box.kind)
        _note_private(film, box)
        if box.kind == b"moov":
            if box.end - box.start > _LARGEST_INDEX:
                raise _Broken
            _read_inside(file, box, film)
    if b"moov" not in kinds or b"mdat" not in kinds:
        raise _Broken
    return film


def _must_be_mp4(file: BinaryIO, box: _Box) -> None:
    if box.kind != b"ftyp" or _bytes(file, box.content, 4) == b"qt  ":
        raise UploadRefused(NOT_MP4)


def _read_inside(file: BinaryIO, parent: _Box, film: Film) -> None:
    for box in _boxes(file, parent.content, parent.end):
        _note_private(film, box)
        if box.kind in _DATED:
            long = _bytes(file, box.content, 1) == b"\1"
            film.blank.append((box.content + 4, box.content + (20 if long else 12)))
        if box.kind == b"mvhd":
            film.seconds = _seconds(file, box)
        elif box.kind == b"trak":
            _read_track(file, box, film)
        elif box.kind in _CONTAINERS:
            _read_inside(file, box, film)


def _read_track(file: BinaryIO, track: _Box, film: Film) -> None:
    _read_inside(file, track, film)
    handler = _bytes(file, _inside(file, track, b"mdia", b"hdlr").content + 8, 4)
    if handler == b"soun":
        film.has_sound = True
    elif handler == b"vide":
        table = _inside(file, track, b"mdia", b"minf", b"stbl", b"stsd")
        if _bytes(file, table.content + 12, 4) not in _H264:
            raise UploadRefused(NOT_H264)
        film.has_picture = True
        film.width, film.height = _size(file, _inside(file, track, b"tkhd"))
    else:
        raise UploadRefused(OTHER_DATA)


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[_Box]:
    for _ in range(_MOST_BOXES):
        if start == end:
            return
        head = _bytes(file, start, 8)
        size, content = int.from_bytes(head[:4]), start + 8
        if size == 1:
            size, content = int.from_bytes(_bytes(file, content, 8)), start + 16
        elif size == 0:
            size = end - start
        if size < content - start or start + size > end:
            raise _Broken
        yield _Box(head[4:], start, content, start + size)
        start += size
    raise _Broken


def _inside(file: BinaryIO, box: _Box, *path: bytes) -> _Box:
    for kind in path:
        inner = _boxes(file, box.content, box.end)
        found = next((each for each in inner if each.kind == kind), None)
        if found is None:
            raise _Broken
        box = found
    return box


def _note_private(film: Film, box: _Box) -> None:
    if box.kind in _PRIVATE:
        film.blank.append((box.content, box.end))
        film.renamed.append(box.start + 4)


def _seconds(file: BinaryIO, header: _Box) -> int:
    long = _bytes(file, header.content, 1) == b"\1"
    at, width = (header.content + 20, 8) if long else (header.content + 12, 4)
    scale = int.from_bytes(_bytes(file, at, 4))
    length = int.from_bytes(_bytes(file, at + 4, width))
    if not scale:
        raise _Broken
    return -(-length // scale)


def _size(file: BinaryIO, header: _Box) -> tuple[int, int]:
    """Width and height as shown: a telephone held upright films lying on its side."""
    width = int.from_bytes(_bytes(file, header.end - 8, 2))
    height = int.from_bytes(_bytes(file, header.end - 4, 2))
    turned = _bytes(file, header.end - 44, 4) == bytes(4)
    return (height, width) if turned else (width, height)


def _bytes(file: BinaryIO, at: int, count: int) -> bytes:
    file.seek(at)
    found = file.read(count)
    if len(found) < count:
        raise _Broken
    return found
