"""The sample's words and pictures as blocks of the CMS."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from html import escape
from typing import Any

from wagtail.models import Collection

from showcase.contests.models import Entry
from site_cms.media.models import SiteImage
from site_cms.media.services import add_image
from voting.sample.content import picture_file, pictures


class PictureLibrary:
    """Pictures of one unit in its own folder, each added once, when it is first asked for."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._added: dict[str, SiteImage] = {}

    def __getitem__(self, picture_id: str) -> SiteImage:
        if picture_id not in self._added:
            about = pictures()[picture_id]
            self._added[picture_id] = add_image(
                path=picture_file(picture_id),
                title=about["title"],
                description=about["alt"],
                collection=self._collection,
            )
        return self._added[picture_id]


def rich_text(paragraphs: list[str], *, heading: str = "") -> str:
    title = f"<h2>{escape(heading)}</h2>" if heading else ""
    return title + "".join(f"<p>{escape(text)}</p>" for text in paragraphs)


def sections(written: list[dict[str, str]]) -> str:
    """Headings and paragraphs of a help page."""
    return "".join(
        rich_text([section["text"]], heading=section["heading"]) for section in written
    )


def articles(written: list[dict[str, str]]) -> str:
    """The articles of the contest's rules, under their titles."""
    return "".join(
        rich_text([article["text"]], heading=article["title"]) for article in written
    )


def showcase_body(
    unit: dict[str, Any], library: PictureLibrary
) -> list[tuple[str, Any]]:
    """The blocks of one unit's page, in the order in which a citizen reads them."""
    return list(_blocks(unit, partial(_picture, library)))


def _picture(library: PictureLibrary, picture_id: str) -> SiteImage:
    """A picture as a block takes it: with its text for those who cannot see it."""
    image = library[picture_id]
    image.contextual_alt_text = image.description
    image.decorative = False
    return image


def _blocks(unit: dict[str, Any], picture: Any) -> Iterator[tuple[str, Any]]:
    pair = unit["before_after"]
    quotation = unit["quotation"]
    yield (
        "figures",
        {
            "figures": [
                {
                    "value": Decimal(figure["value"]),
                    "unit": figure["unit"],
                    "label": figure["label"],
                    "period": figure["period"],
                    "source": figure["source"],
                }
                for figure in unit["figures"]
            ]
        },
    )
    yield (
        "before_after",
        {
            "before": picture(pair["before"]),
            "before_when": pair["before_month"],
            "after": picture(pair["after"]),
            "after_when": pair["after_month"],
            "caption": pair["caption"],
        },
    )
    yield "paragraph", rich_text(unit["story"], heading="我们办了什么")
    yield (
        "quote",
        {
            "text": quotation["text"],
            "who": f"{quotation['role']} {quotation['name']}",
        },
    )
    yield "deeds", {"heading": "今年的实事"}
    yield (
        "gallery",
        {
            "heading": "更多照片",
            "images": [picture(name) for name in unit["gallery"]["pictures"]],
            "caption": unit["gallery"]["caption"],
        },
    )
    yield (
        "timeline",
        {
            "heading": "一年里",
            "items": [
                {
                    "when": step["date"],
                    "title": step["title"],
                    "text": step["detail"],
                    "done": True,
                }
                for step in unit["timeline"]
            ],
        },
    )


def search_description(entry: Entry, unit: dict[str, Any]) -> str:
    return f"{entry.plate} 号 {unit['short_name']}：{unit['one_line']}。"
