"""The sizes in which pictures of a showcase page are sent. Templates name the same ones."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from wagtail.images import get_image_model

CARD = (
    "fill-400x250|format-webp|webpquality-70",
    "fill-800x500|format-webp|webpquality-60",
)
COVER = (
    "fill-800x500|format-webp|webpquality-70",
    "fill-1600x1000|format-webp|webpquality-70",
)
# What WeChat shows beside a link: the first picture of a page, and it must be square.
SQUARE = ("fill-300x300|format-jpeg|jpegquality-70",)
BODY = ("fill-800x500|format-webp",)


def body_images(body: Iterable) -> list[Any]:
    """The pictures in the blocks of a page, in their order."""
    images = []
    for block in body:
        if block.block_type == "before_after":
            images += [block.value["before"], block.value["after"]]
        elif block.block_type == "gallery":
            images += list(block.value["images"])
    return images


def fetch_renditions(images: Iterable[Any], specs: tuple[str, ...]) -> None:
    """Load the renditions of many pictures with one query."""
    model = get_image_model().get_rendition_model()
    wanted = model.objects.filter(filter_spec__in=specs)
    prefetch_related_objects(
        [image for image in images if image is not None],
        Prefetch("renditions", queryset=wanted, to_attr="prefetched_renditions"),
    )


def make_renditions(page: Any) -> None:
    """Make what the page and its card will show, so that no citizen waits for it."""
    if page.cover:
        page.cover.get_renditions(*CARD, *COVER, *SQUARE)
    for image in body_images(page.body):
        image.get_renditions(*BODY)
