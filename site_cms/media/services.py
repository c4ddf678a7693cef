"""Every picture that code adds to the library comes in here."""

from io import BytesIO
from pathlib import Path

from django.core.files.images import ImageFile
from wagtail.models import Collection

from site_cms.media.models import SiteImage
from site_cms.media.placeholder import draw_sentence


def add_image(
    *,
    path: Path,
    title: str,
    description: str,
    collection: Collection | None = None,
) -> SiteImage:
    """Add a picture from a file. ``description`` is its text for those who cannot see it."""
    image = SiteImage(
        title=title,
        description=description,
        collection=collection or Collection.get_first_root_node(),
    )
    with path.open("rb") as opened:
        image.file = ImageFile(opened, name=path.name)
        image.save()
    return image


def add_placeholder(*, sentence: str) -> SiteImage:
    """The picture that is shown in place of one that was taken off. Nobody's folder holds it."""
    image = SiteImage(
        title=f"已撤下的照片：{sentence}"[:255],
        description=sentence,
        collection=Collection.get_first_root_node(),
    )
    image.file = ImageFile(BytesIO(draw_sentence(sentence)), name="taken-off.png")
    image.save()
    return image
