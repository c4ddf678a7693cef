"""What a unit shows of itself on the wall: pictures, pairs and films of its published page.

All of it has passed the two reviews and is frozen with the page: nobody brings to the hall what
was not public before.
"""

from collections.abc import Iterator

from showcase.contests.models import Entry
from showcase.pages.models import ShowcasePage
from site_cms.media.models import SiteImage
from site_cms.pages.renditions import BODY, LARGE
from voting.judging.rehearsal_queries import entry_to_show
from voting.stage.rules import Picture, Slide

_KINDS = ("before_after", "gallery", "video")


def stage_page(entry: Entry) -> ShowcasePage | None:
    """What the unit published; a rehearsal shows what it published for the contest itself."""
    return (
        ShowcasePage.objects.live()
        .filter(entry=entry_to_show(entry))
        .select_related("cover")
        .first()
    )


def count_slides(page: ShowcasePage | None) -> int:
    return sum(1 for _ in _values(page)) if page else 0


def slide_of(page: ShowcasePage, number: int) -> Slide | None:
    """The slide with this number, from 1; None when the page has no such one."""
    for place, (kind, value) in enumerate(_values(page), start=1):
        if place == number:
            return _slide(kind, value)
    return None


def _values(page: ShowcasePage) -> Iterator[tuple[str, object]]:
    """Slide by slide, in the order of the page: a gallery is one for each photograph."""
    for block in page.body:
        if block.block_type not in _KINDS:
            continue
        value = block.value
        if block.block_type == "gallery":
            for image in value["images"]:
                if image is not None:
                    yield "photo", (image, value["caption"])
        elif block.block_type == "before_after":
            if value["before"] and value["after"]:
                yield "pair", value
        elif value["video"] and value["poster"]:
            yield "film", value


def _slide(kind: str, value) -> Slide:
    if kind == "photo":
        image, caption = value
        return Slide(kind, (_picture(image, LARGE),), caption=caption)
    if kind == "pair":
        return Slide(
            kind,
            (
                _picture(value["before"], BODY, when=value["before_when"]),
                _picture(value["after"], BODY, when=value["after_when"]),
            ),
            caption=value["caption"],
        )
    film = value["video"]
    return Slide(
        kind,
        (_picture(value["poster"], BODY),),
        caption=value["title"],
        film=film.file.url,
        captions=film.captions_url,
        seconds=film.seconds,
    )


def _picture(image: SiteImage, specs: tuple[str, ...], *, when: str = "") -> Picture:
    """In a size that was made when the page was published."""
    rendition = image.get_rendition(specs[0])
    return Picture(rendition.url, rendition.alt, when)
