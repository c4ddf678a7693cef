"""Films for tests: the boxes of an MP4 with a few bytes for picture and sound."""

from io import BytesIO
from struct import pack

from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile

PLACE = b"+37.0682+115.4969/"


def box(kind: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return pack(">I", len(inside) + 8) + kind + inside


def full(kind: bytes, *content: bytes) -> bytes:
    """A box that begins with its version and flags."""
    return box(kind, bytes(4), *content)


UPRIGHT = pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
LYING = pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
DATED = pack(">II", 3_900_000_000, 3_900_000_001)


def track(handler: bytes, codec: bytes, *, matrix: bytes = LYING) -> bytes:
    header = full(
        b"tkhd",
        DATED,
        bytes(12),
        bytes(16),
        matrix,
        pack(">II", 1280 << 16, 720 << 16),
    )
    table = full(b"stsd", pack(">I", 1), box(codec, bytes(20)))
    media = box(
        b"mdia",
        full(b"mdhd", DATED, bytes(16)),
        full(b"hdlr", bytes(4), handler, bytes(12)),
        box(b"minf", box(b"stbl", table)),
    )
    return box(b"trak", header, media, box(b"udta", box(b"name", b"someone")))


def film(
    *,
    brand: bytes = b"isom",
    codec: bytes = b"avc1",
    sound: bool = True,
    matrix: bytes = LYING,
    other: bytes = b"",
    seconds: int = 75,
    picture: bytes = b"picture" * 50,
) -> bytes:
    tracks = [track(b"vide", codec, matrix=matrix)]
    if sound:
        tracks.append(track(b"soun", b"mp4a"))
    return b"".join(
        [
            box(b"ftyp", brand, bytes(4), b"isom"),
            box(
                b"moov",
                full(b"mvhd", DATED, pack(">II", 1000, seconds * 1000), bytes(80)),
                *tracks,
                other,
                box(b"udta", box(b"\xa9xyz", PLACE)),
                box(b"meta", b"phone of somebody", PLACE),
            ),
            box(b"free", PLACE),
            box(b"mdat", picture),
        ]
    )


def as_file(content: bytes, name: str = "film.mp4") -> File:
    return File(BytesIO(content), name=name)


def upload(content: bytes, name: str = "film.mp4") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="video/mp4")


CAPTIONS = "1\n00:00:01,500 --> 00:00:03,000\n路修好了\n"
