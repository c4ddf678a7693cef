"""Whether a document is what its name says. Documents are handed out, never shown."""

from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.core.files.base import File

from site_cms.media.errors import UploadRefused

# What a file of the Office formats contains besides its own folder.
_PARTS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_HEAD = 8192

DOCUMENT_TOO_LARGE = "这个文件超过 20 MB。请压缩图片或拆成几个文件再传。"


def check_document(file: File) -> None:
    """Refuse what is too large or not what its extension says."""
    if file.size > settings.WAGTAILDOCS_MAX_UPLOAD_SIZE:
        raise UploadRefused(DOCUMENT_TOO_LARGE)
    extension = file.name.rpartition(".")[2].lower()
    if extension not in settings.WAGTAILDOCS_EXTENSIONS:
        raise UploadRefused(
            "只收 PDF、Word（docx）、Excel（xlsx）、幻灯片（pptx）、CSV 和 TXT 文件。"
            "请另存为其中一种再传。"
        )
    file.seek(0)
    matches = _matches(file, extension)
    file.seek(0)
    if not matches:
        raise UploadRefused(
            f"文件名写的是 .{extension}，内容却不是，或者已经损坏。"
            "请用原来的软件打开，另存后再传。"
        )


def _matches(file: File, extension: str) -> bool:
    if extension in _PARTS:
        return _has_part(file, _PARTS[extension])
    head = file.read(_HEAD)
    if extension == "pdf":
        return head.startswith(b"%PDF-")
    return b"\0" not in head and not head.lstrip().lower().startswith(
        (b"<!doctype", b"<html", b"<script", b"<?xml", b"<svg")
    )


def _has_part(file: File, part: str) -> bool:
    try:
        with ZipFile(file) as archive:
            names = archive.namelist()
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return "[Content_Types].xml" in names and any(
        name.startswith(part) for name in names
    )
