"""What a showcase page still lacks before it can be handed in, each with its place in the editor.

The editor's form, the unit's home page and the reviewers ask here. What is wrong inside a
block is decided by the block itself, so that no two of them can disagree.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.core.exceptions import ValidationError
from wagtail.blocks.list_block import ListBlock, ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import BaseStructBlock, StructBlockValidationError
from wagtail.contrib.typed_table_block.blocks import TypedTableBlockValidationError

from showcase.pages.rules import LEAST_COVER, LEAST_STORY, personal_data_in
from site_cms.design.blocks import says_nothing
from site_cms.pages.forms import BLOCKS_IN_USE


class Part(StrEnum):
    """What every page must have; ``label`` is its word on the unit's home page."""

    label: str

    def __new__(cls, value: str, label: str):
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    ONE_LINE = "one_line", "一句话"
    LEAD = "lead", "导语"
    COVER = "cover", "封面照片"
    FIGURES = "figures", "主要数字"
    PICTURES = "pictures", "对比或照片"
    STORY = "story", "正文"
    OTHER = "other", "其他内容"


REQUIRED = tuple(part for part in Part if part != Part.OTHER)
_PART_OF_BLOCK = {
    "figures": Part.FIGURES,
    "before_after": Part.PICTURES,
    "gallery": Part.PICTURES,
    "paragraph": Part.STORY,
}


@dataclass(frozen=True, slots=True)
class Lack:
    """``field`` of the form, ``path`` of the place in the editor."""

    part: Part
    text: str
    field: str
    path: str

    @property
    def anchor(self) -> str:
        """Wagtail's editor scrolls there and puts the cursor in."""
        return f"#:w:contentpath={self.path}"


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    total: int


class Content(Protocol):
    """A page, or what a form is about to put into it."""

    one_line: str
    lead: str
    cover: object | None
    body: object


def lacks(page: Content) -> list[Lack]:
    """Everything that keeps the page from being handed in, in the editor's order."""
    return [*lacking_parts(page), *unfinished_blocks(page.body)]


def progress(found: list[Lack]) -> Progress:
    unfinished = {lack.part for lack in found}
    return Progress(
        done=sum(part not in unfinished for part in REQUIRED), total=len(REQUIRED)
    )


def lacking_parts(content: Content) -> list[Lack]:
    """Which of the required parts are not there at all, or too little."""
    found = [
        _lack(part, f"还没有写“{part.label}”")
        for part, text in (
            (Part.ONE_LINE, content.one_line),
            (Part.LEAD, content.lead),
        )
        if not text.strip()
    ]
    return [*found, *_of_cover(content.cover), *_of_body(content.body)]


def _lack(part: Part, text: str, field: str | None = None) -> Lack:
    field = field or part.value
    return Lack(part=part, text=text, field=field, path=field)


def _of_cover(cover) -> list[Lack]:
    if cover is None:
        return [_lack(Part.COVER, "还没有选“封面照片”")]
    found = []
    width, height = LEAST_COVER
    if cover.width < width or cover.height < height:
        found.append(
            f"封面照片只有 {cover.width}×{cover.height}，放大会模糊。"
            f"请换一张至少 {width}×{height} 的横幅照片（微信传照片时选“原图”）"
        )
    if says_nothing(cover.description):
        found.append(
            "封面照片还没有“说明”：点照片下面的“编辑”，写一句照片里有什么，"
            "看不见的人靠它了解照片"
        )
    return [_lack(Part.COVER, text) for text in found]


def _of_body(body) -> list[Lack]:
    kinds = {block.block_type for block in body}
    found = []
    if "figures" not in kinds:
        found.append((Part.FIGURES, "还没有加“主要数字”：一到四个，写明统计时间和来源"))
    if not kinds & {"before_after", "gallery"}:
        found.append((Part.PICTURES, "还没有加照片：“前后对比”或“照片”至少一组"))
    story = "".join(
        re.sub(r"<[^>]*>|\s", "", block.value.source)
        for block in body
        if block.block_type == "paragraph"
    )
    if len(story) < LEAST_STORY:
        found.append(
            (Part.STORY, f"“正文”至少写 {LEAST_STORY} 个字，现在 {len(story)} 个")
        )
    return [_lack(part, text, field="body") for part, text in found]


def unfinished_blocks(body) -> list[Lack]:
    """What the blocks themselves would refuse when the page is handed in."""
    if not body:
        return []
    with BLOCKS_IN_USE:
        try:
            body.stream_block.clean(body)
        except StreamBlockValidationError as error:
            refused = error
        else:
            return []
    found = [
        Lack(Part.OTHER, message, "body", "body")
        for message in _messages(refused.non_block_errors)
    ]
    for index, error in sorted(refused.block_errors.items()):
        block = body[index]
        part = _PART_OF_BLOCK.get(block.block_type, Part.OTHER)
        found += [
            Lack(part, f"“{block.block.label}”{text}", "body", f"body.{block.id}{path}")
            for path, text in _said(block.block, block.value, error)
        ]
    return found


def _said(block, value, error: ValidationError) -> Iterator[tuple[str, str]]:
    """The sentences in an error and in those below it, each with its path."""
    if isinstance(error, StructBlockValidationError):
        yield from (("", f"：{said}") for said in _messages(error.non_block_errors))
        inner = value if isinstance(block, BaseStructBlock) else None
        for name, below in error.block_errors.items():
            child = block.child_blocks[name]
            got = inner.get(name) if isinstance(inner, dict) else None
            # "第 2 个" says enough: the list has the name of what it is in.
            named = "" if isinstance(child, ListBlock) else f"的“{child.label}”"
            yield from (
                (f".{name}{path}", f"{named}{text}")
                for path, text in _said(child, got, below)
            )
    elif isinstance(error, ListBlockValidationError):
        yield from (("", f"：{said}") for said in _messages(error.non_block_errors))
        bound = value.bound_blocks if hasattr(value, "bound_blocks") else []
        for index, below in error.block_errors.items():
            path = f".{bound[index].id}" if index < len(bound) else ""
            yield from (
                (path + rest, f"第 {index + 1} 个{text}")
                for rest, text in _said(block.child_block, None, below)
            )
    elif isinstance(error, TypedTableBlockValidationError):
        yield from (("", f"：{said}") for said in _messages(error.non_block_errors))
        if error.cell_errors:
            yield "", "里有填错的格子"
    elif any(each.code in {"required", "null"} for each in error.error_list):
        yield "", "还没有填"
    else:
        yield from (("", f"：{said}") for said in _messages(error))


def _messages(errors) -> list[str]:
    """Sentences without a full stop: they stand in a list."""
    if isinstance(errors, ValidationError):
        errors = errors.messages
    return [str(said).rstrip("。") for said in errors]


def advice(page: Content) -> list[Lack]:
    """What does not stop anybody, but unit and reviewer should look at."""
    found = [
        Lack(Part.OTHER, f"“{label}”里{words}", field, field)
        for label, field, text in (
            ("一句话", "one_line", page.one_line),
            ("导语", "lead", page.lead),
        )
        for words in personal_data_in(text)
    ]
    for block in page.body:
        texts = " ".join(block.block.get_searchable_content(block.value))
        found += [
            Lack(
                _PART_OF_BLOCK.get(block.block_type, Part.OTHER),
                f"“{block.block.label}”里{words}",
                "body",
                f"body.{block.id}",
            )
            for words in personal_data_in(texts)
        ]
    if "deeds" not in {block.block_type for block in page.body}:
        found.append(
            Lack(
                Part.OTHER,
                "还没有放“本单位实事”，放上后自动列出台账里的进度",
                "body",
                "body",
            )
        )
    return found
