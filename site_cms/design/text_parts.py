"""What stands in the blocks of a page, part by part, each with a label that people understand.

It works on what the database holds (``StreamValue.get_prep_value``), so a part can be
replaced where it stands, and it costs no query.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from html import unescape
from typing import Any

from django.forms import Field
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

_PARAGRAPH_END = re.compile(r"</(?:p|h[1-6]|li|blockquote)>|<br\s*/?>|<hr\s*/?>")
_TAG = re.compile(r"<[^>]*>")
# The editor numbers its paragraphs: that is no change of the text.
_EDITOR_KEY = re.compile(r'\s*data-block-key="[^"]*"')


class Kind(StrEnum):
    TEXT = "text"
    PICTURE = "picture"
    FILE = "file"
    FACT = "fact"


@dataclass(frozen=True, slots=True)
class Part:
    """One text, picture or tick. ``holder[key]`` is the place where its value stands."""

    path: str
    label: str
    kind: Kind
    value: Any
    words: str
    form_field: Field | None = field(default=None, compare=False, repr=False)
    block: blocks.Block | None = field(default=None, compare=False, repr=False)
    holder: Any = field(default=None, compare=False, repr=False)
    key: Any = field(default=None, compare=False, repr=False)

    @property
    def initial(self) -> Any:
        """The value as its form field shows it."""
        if self.block is None:
            return self.value
        return self.block.value_for_form(self.block.to_python(self.value))

    def stored(self, cleaned: Any) -> Any:
        """What the database holds when a form field has given this."""
        if self.block is None:
            return cleaned
        return self.block.get_prep_value(self.block.value_from_form(cleaned))

    def reads_like(self, value: Any) -> bool:
        """Whether another value would make no difference to a reader."""
        return _canonical(self.block, value) == _canonical(self.block, self.value)

    def worded(self, value: Any) -> str:
        """What another value in this place would read like."""
        if self.block is None:
            return str(value or "")
        return _kind_and_words(self.block, value)[1]

    def replaced_by(self, value: Any) -> None:
        self.holder[self.key] = value


def parts_of_blocks(
    block: blocks.Block, holder: Any, key: Any, *, path: str, label: str
) -> Iterator[Part]:
    """Every part of the blocks in ``holder[key]``, in their order."""
    value = holder[key]
    if isinstance(block, blocks.BaseStreamBlock):
        yield from _of_stream(block, value or [], path, label)
    elif isinstance(block, blocks.ListBlock):
        yield from _of_list(block, value or [], path, label)
    elif isinstance(block, ImageBlock):
        yield from _of_image(block, holder, key, path, label)
    elif isinstance(block, blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            if isinstance(value, dict) and name in value:
                yield from parts_of_blocks(
                    child,
                    value,
                    name,
                    path=f"{path}/{name}",
                    label=_joined(label, child.label),
                )
    elif isinstance(block, BaseTypedTableBlock):
        yield from _of_typed_table(block, value or {}, path, label)
    elif isinstance(block, TableBlock):
        yield from _of_table(value or {}, path, label)
    elif isinstance(block, blocks.FieldBlock):
        yield _of_field(block, holder, key, path, label)


def words_of_html(html: str) -> str:
    """The text of rich text, a paragraph a line."""
    text = _TAG.sub("", _PARAGRAPH_END.sub("\n", html))
    lines = (line.strip() for line in unescape(text).split("\n"))
    return "\n".join(line for line in lines if line)


def _joined(*labels: str) -> str:
    return " · ".join(label for label in labels if label)


def _of_stream(block, children: list, path: str, label: str) -> Iterator[Part]:
    types = [child.get("type") for child in children]
    counted: dict[str, int] = {}
    for at, child in enumerate(children):
        name = child.get("type")
        if name not in block.child_blocks:
            continue
        counted[name] = counted.get(name, 0) + 1
        own = block.child_blocks[name]
        ordinal = f" {counted[name]}" if types.count(name) > 1 else ""
        yield from parts_of_blocks(
            own,
            child,
            "value",
            path=f"{path}/{child.get('id') or at}",
            label=_joined(label, f"{own.label}{ordinal}"),
        )


def _of_list(block, items: list, path: str, label: str) -> Iterator[Part]:
    for at, item in enumerate(items):
        has_id = isinstance(item, dict) and item.get("type") == "item"
        holder, key = (item, "value") if has_id else (items, at)
        yield from parts_of_blocks(
            block.child_block,
            holder,
            key,
            path=f"{path}/{(item.get('id') if has_id else None) or at}",
            label=f"{label} {at + 1}",
        )


def _of_image(block, holder: Any, key: Any, path: str, label: str) -> Iterator[Part]:
    value = holder[key]
    if not isinstance(value, dict):
        yield _picture(holder, key, path, label)
        return
    yield _picture(value, "image", f"{path}/image", label)
    if value.get("image"):
        yield _of_field(
            block.child_blocks["alt_text"],
            value,
            "alt_text",
            f"{path}/alt_text",
            _joined(label, "文字说明"),
        )


def _of_typed_table(block, table: dict, path: str, label: str) -> Iterator[Part]:
    columns = table.get("columns", [])
    heading = blocks.CharBlock(required=False)
    if table.get("caption"):
        yield _of_field(
            heading, table, "caption", f"{path}/caption", _joined(label, "表格标题")
        )
    for at, column in enumerate(columns):
        yield _of_field(
            heading,
            column,
            "heading",
            f"{path}/columns/{at}",
            _joined(label, f"第 {at + 1} 列标题"),
        )
    for row_at, row in enumerate(table.get("rows", [])):
        cells = row.get("values", [])
        for at, column in enumerate(columns[: len(cells)]):
            own = block.child_blocks.get(column.get("type"))
            if own is not None:
                yield from parts_of_blocks(
                    own,
                    cells,
                    at,
                    path=f"{path}/rows/{row_at}/{at}",
                    label=_joined(label, f"第 {row_at + 1} 行第 {at + 1} 列"),
                )


def _of_table(table: dict, path: str, label: str) -> Iterator[Part]:
    cell = blocks.CharBlock(required=False)
    for row_at, row in enumerate(table.get("data") or []):
        for at in range(len(row)):
            yield _of_field(
                cell,
                row,
                at,
                f"{path}/data/{row_at}/{at}",
                _joined(label, f"第 {row_at + 1} 行第 {at + 1} 列"),
            )


def _picture(holder: Any, key: Any, path: str, label: str) -> Part:
    value = holder[key]
    words = f"照片（编号 {value}）" if value else ""
    return Part(path, label, Kind.PICTURE, value, words, holder=holder, key=key)


def _of_field(block, holder: Any, key: Any, path: str, label: str) -> Part:
    value = holder.get(key) if isinstance(holder, dict) else holder[key]
    if isinstance(block, ImageChooserBlock):
        return _picture(holder, key, path, label)
    kind, words = _kind_and_words(block, value)
    return Part(
        path,
        label,
        kind,
        value,
        words,
        form_field=block.field if kind == Kind.TEXT else None,
        block=block,
        holder=holder,
        key=key,
    )


def _kind_and_words(block, value: Any) -> tuple[Kind, str]:
    if isinstance(block, blocks.BooleanBlock):
        return Kind.FACT, "是" if value else "否"
    if isinstance(block, blocks.ChooserBlock):
        return Kind.FILE, f"文件（编号 {value}）" if value else ""
    if isinstance(block, blocks.ChoiceBlock | blocks.MultipleChoiceBlock):
        chosen = value if isinstance(value, list) else [value]
        labels: Mapping = dict(block.field.choices)
        return Kind.FACT, "、".join(
            str(labels.get(each, each)) for each in chosen if each
        )
    if isinstance(block, blocks.RichTextBlock):
        return Kind.TEXT, words_of_html(value or "")
    if isinstance(block, blocks.DecimalBlock) and value not in (None, ""):
        text = f"{Decimal(value):f}"
        return Kind.TEXT, text.rstrip("0").rstrip(".") if "." in text else text
    return Kind.TEXT, "" if value is None else str(value)


def _canonical(block, value: Any) -> Any:
    if isinstance(block, blocks.RichTextBlock):
        return _EDITOR_KEY.sub("", value or "")
    if isinstance(block, blocks.DecimalBlock) and value not in (None, ""):
        return Decimal(value)
    return "" if value is None else str(value).replace("\r\n", "\n")
