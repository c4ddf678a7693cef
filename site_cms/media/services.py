"""Every picture, film or file that code adds to the library comes in here."""

from io import BytesIO
from pathlib import Path, PurePath

from django.conf import settings
from django.core.files.base import File
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import UploadedFile
from wagtail.models import Collection

from site_cms.accounts.models import User
from site_cms.media.cleaning import cleaned
from site_cms.media.documents import check_document
from site_cms.media.errors import UploadRefused
from site_cms.media.models import SiteDocument, SiteImage, SiteVideo
from site_cms.media.placeholder import draw_sentence

TITLE_LIMIT = 60


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


def add_upload(
    *, by: User | None, file: UploadedFile, collection: Collection
) -> SiteImage | SiteDocument:
    """Put what somebody sent into a collection: a document by its extension, else a picture.

    What is neither is refused with its sentence (:class:`UploadRefused`).
    """
    name = PurePath(file.name or "")
    if not file.size:
        raise UploadRefused("这个文件是空的，没有传上。请重新选一次。")
    title = "".join(c for c in name.stem if c.isprintable())[:TITLE_LIMIT] or "照片"
    about = {"title": title, "collection": collection, "uploaded_by_user": by}
    if name.suffix.lower().lstrip(".") in settings.WAGTAILDOCS_EXTENSIONS:
        check_document(file)
        return SiteDocument.objects.create(file=file, **about)
    return SiteImage.objects.create(file=cleaned(file), **about)


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
