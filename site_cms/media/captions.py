"""Subtitles as a browser reads them (WebVTT), from what editing programs write (SRT)."""

import re

from django.core.files.base import ContentFile, File

from site_cms.media.errors import UploadRefused

_LARGEST = 512 * 1024
_MOMENT = r"(?:\d{1,2}:)?\d{1,2}:\d{2}[.,]\d{3}"
_SPAN = re.compile(rf"^\s*({_MOMENT})\s*-->\s*({_MOMENT})(.*)$", re.M)

NOT_CAPTIONS = (
    "这不是字幕文件。请在剪辑软件里导出 SRT 或 VTT 格式的字幕再传；"
    "字幕已经做在画面里的，勾选“画面里已有字幕”就可以。"
)


class CleanCaptions(ContentFile):
    """Subtitles that went through :func:`captions_in`."""


def captions_in(file: File) -> CleanCaptions:
    """The same subtitles as WebVTT, or :class:`UploadRefused`."""
    if isinstance(file, CleanCaptions):
        return file
    if file.size > _LARGEST:
        raise UploadRefused(NOT_CAPTIONS)
    file.seek(0)
    text = _decoded(file.read()).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text or not _SPAN.search(text):
        raise UploadRefused(NOT_CAPTIONS)
    return CleanCaptions(as_webvtt(text).encode(), name="captions.vtt")


def as_webvtt(text: str) -> str:
    """WebVTT stays what it is; SRT gets a heading and points in its moments.

    >>> as_webvtt("1\\n00:00:01,500 --> 00:00:03,000\\n路修好了")
    'WEBVTT\\n\\n1\\n00:00:01.500 --> 00:00:03.000\\n路修好了\\n'
    """
    if text.startswith("WEBVTT"):
        return text
    spans = _SPAN.sub(lambda span: span[0].replace(",", "."), text)
    return f"WEBVTT\n\n{spans.strip()}\n"


def _decoded(content: bytes) -> str:
    """Chinese editing programs still write GB 18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UploadRefused(NOT_CAPTIONS)
