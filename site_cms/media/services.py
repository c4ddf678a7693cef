"""Every picture and film that code adds to the library comes in here."""

from pathlib import Path

from django.core.files.base import File
from django.core.files.images import ImageFile
from wagtail.models import Collection

from site_cms.media.models import SiteImage, SiteVideo


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


def add_video(
    *,
    path: Path,
    title: str,
    captions: Path | None = None,
    captions_in_picture: bool = False,
    collection: Collection | None = None,
) -> SiteVideo:
    """Add a film from a file, with its subtitles where they are in a file of their own."""
    video = SiteVideo(
        title=title,
        captions_in_picture=captions_in_picture,
        collection=collection or Collection.get_first_root_node(),
    )
    with path.open("rb") as film:
        video.file.save(path.name, File(film, name=path.name), save=False)
    if captions is not None:
        with captions.open("rb") as words:
            video.captions.save(captions.name, File(words), save=False)
    video.save()
    return video
