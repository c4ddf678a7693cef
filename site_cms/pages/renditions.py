"""The sizes in which pictures are sent, made when a page is published.

A citizen's request makes none. Templates name the same sizes.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from wagtail.images import get_image_model

HERO = ("fill-800x345|format-webp", "fill-1600x690|format-webp")
BODY = ("fill-800x500|format-webp",)
LARGE = ("max-1600x1200|format-webp",)

# A picture, and the sizes in which a page shows it.
Shown = tuple[Any, tuple[str, ...]]


def body_pictures(body: Iterable) -> list[Shown]:
    """The pictures in the blocks of a page, in their order. Drafts may lack some."""
    shown: list[Shown] = []
    for block in body:
        if block.block_type == "before_after":
            shown += [(block.value["before"], BODY), (block.value["after"], BODY)]
        elif block.block_type == "gallery":
            shown += [(image, BODY + LARGE) for image in block.value["images"]]
        elif block.block_type == "video":
            shown.append((block.value["poster"], BODY))
    return [(image, specs) for image, specs in shown if image is not None]


def fetch_renditions(images: Iterable[Any], specs: Iterable[str]) -> None:
    """Load the renditions of many pictures with one query."""
    model = get_image_model().get_rendition_model()
    wanted = model.objects.filter(filter_spec__in=specs)
    prefetch_related_objects(
        [image for image in images if image is not None],
        Prefetch("renditions", queryset=wanted, to_attr="prefetched_renditions"),
    )


def fetch_pictures(shown: Iterable[Shown]) -> None:
    """Load all that a page shows with one query."""
    shown = list(shown)
    fetch_renditions(
        [image for image, _ in shown], {spec for _, specs in shown for spec in specs}
    )


def make_renditions(shown: Iterable[Shown]) -> None:
    for image, specs in shown:
        image.get_renditions(*specs)
