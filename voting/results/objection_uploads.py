"""What somebody attaches to an objection: pictures without hidden data, and PDF."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile

from site_cms.media.cleaning import cleaned
from site_cms.media.documents import check_document
from site_cms.media.errors import UploadRefused
from voting.results.objection_rules import MOST_FILES

LARGEST_TOGETHER = 10 * 1024 * 1024
_NAME, _SUFFIX = 80, 8
_PICTURES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}

_TOO_MANY = f"一件异议最多附 {MOST_FILES} 个文件。请挑最要紧的。"
_TOO_LARGE = "这件异议的文件加起来超过 10 MB。请缩小照片或少传几个。"
_NO_ROOM = (
    "现在收不下更多文件了，您写的异议不受影响。请打电话告诉我们，怎么把材料送来。"
)
_EMPTY = "这个文件是空的，没有传上。请重新选一次。"


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file as it is kept."""

    kind: str
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """What of the files that somebody sent is taken, and a sentence for each that is not."""

    taken: tuple[CleanFile, ...]
    refused: tuple[str, ...]


def sent(
    uploads: Iterable[UploadedFile], *, room: int, there: int = 0, bytes_there: int = 0
) -> Sent:
    """Look at files one by one; ``there`` are with the objection already.

    ``room`` is how many bytes are left for all objections of the contest.
    """
    taken: list[CleanFile] = []
    refused: list[str] = []
    for upload in uploads:
        name = _printable(upload.name or "")
        together = sum(len(each.content) for each in taken)
        try:
            if there + len(taken) >= MOST_FILES:
                raise UploadRefused(_TOO_MANY)
            file = _clean(upload, name)
            together += len(file.content)
            if bytes_there + together > LARGEST_TOGETHER:
                raise UploadRefused(_TOO_LARGE)
            if together > room:
                raise UploadRefused(_NO_ROOM)
        except UploadRefused as error:
            refused.append(f"{name}：{error.message}")
        else:
            taken.append(file)
    return Sent(tuple(taken), tuple(refused))


def _clean(upload: UploadedFile, name: str) -> CleanFile:
    if not upload.size:
        raise UploadRefused(_EMPTY)
    if PurePath(name).suffix.lower() == ".pdf":
        check_document(upload)
        return CleanFile("pdf", name, "application/pdf", upload.read())
    picture = cleaned(upload)
    suffix = PurePath(picture.name).suffix
    kept_as = PurePath(name).with_suffix(suffix).name
    return CleanFile("picture", kept_as, _PICTURES[suffix], picture.read())


def _printable(name: str) -> str:
    path = PurePath("".join(each for each in name if each.isprintable()))
    suffix = path.suffix[:_SUFFIX]
    return (path.stem[: _NAME - _SUFFIX] or "文件") + suffix
