"""A showcase page as parts: every text, picture and tick, with a label for each."""

from collections.abc import Iterator, Mapping
from typing import Any

from wagtail.images import get_image_model_string
from wagtail.rich_text import extract_references_from_rich_text

from showcase.pages.models import ShowcasePage
from site_cms.design.text_parts import Kind, Part, parts_of_blocks

_TEXTS = ("title", "one_line", "lead")
_PICTURE = get_image_model_string()


def content_of(page: ShowcasePage) -> dict[str, Any]:
    """What the page says, as the database holds it; to be changed part by part."""
    return {name: getattr(page, name) for name in _TEXTS} | {
        "cover": page.cover_id,
        "sectors": "、".join(sector.name for sector in page.sectors.all()),
        "body": page.body.get_prep_value(),
    }


def parts_of(content: dict[str, Any]) -> list[Part]:
    return list(_parts(content))


def parts_of_page(page: ShowcasePage) -> list[Part]:
    return parts_of(content_of(page))


def with_content(page: ShowcasePage, content: Mapping[str, Any]) -> ShowcasePage:
    """Give the page these texts and pictures; saving is the caller's."""
    for name in _TEXTS:
        setattr(page, name, content[name])
    page.draft_title = page.title
    if page.cover_id != content["cover"]:
        page.cover_id = content["cover"]
    block = page.body.stream_block
    page.body = block.to_python(content["body"])
    return page


def files_of(parts: list[Part]) -> frozenset[tuple[str, int]]:
    """The pictures and files that the parts use, as (model, id)."""
    found: set[tuple[str, int]] = set()
    for part in parts:
        if part.kind == Kind.PICTURE and part.value:
            found.add((_PICTURE, part.value))
        elif part.kind == Kind.FILE and part.value:
            found.add((part.block.target_model._meta.label, part.value))
        elif part.kind == Kind.TEXT and "linktype=" in str(part.value):
            found |= {
                (model._meta.label, int(object_id))
                for model, object_id, *_ in extract_references_from_rich_text(
                    part.value
                )
            }
    return frozenset(found)


def _parts(content: dict[str, Any]) -> Iterator[Part]:
    for name in _TEXTS:
        field = ShowcasePage._meta.get_field(name)
        yield Part(
            name,
            "单位名称" if name == "title" else field.verbose_name,
            Kind.TEXT,
            content[name],
            content[name] or "",
            form_field=field.formfield(),
            holder=content,
            key=name,
        )
    cover = content["cover"]
    yield Part(
        "cover",
        "封面照片",
        Kind.PICTURE,
        cover,
        f"照片（编号 {cover}）" if cover else "",
        holder=content,
        key="cover",
    )
    yield Part("sectors", "领域", Kind.FACT, content["sectors"], content["sectors"])
    yield from parts_of_blocks(
        ShowcasePage._meta.get_field("body").stream_block,
        content,
        "body",
        path="body",
        label="",
    )
