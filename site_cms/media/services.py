"""Every picture that code adds to the library comes in here."""

from pathlib import Path

from django.core.files.images import ImageFile
from wagtail.models import Collection

from site_cms.media.models import SiteImage


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
