"""The places that every upload passes: the field of a form and that of the model."""

import secrets

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import FileField as FileModelField
from django.db.models.fields.files import FieldFile
from django.forms import FileField
from wagtail.images.fields import WagtailImageField as WagtailUploadField
from wagtail.images.models import WagtailImageField, WagtailImageFieldFile

from site_cms.media.captions import captions_in
from site_cms.media.cleaning import (
    FORMATS,
    TOO_LARGE,
    TOO_MANY_PIXELS,
    UNREADABLE,
    CleanImage,
    cleaned,
)
from site_cms.media.errors import UploadRefused
from site_cms.media.films import CleanFilm


class CleanImageFieldFile(WagtailImageFieldFile):
    def save(self, name, content, save=True):
        content = cleaned(content)
        folder, slash, _ = name.rpartition("/")
        stem, dot, suffix = content.name.rpartition(".")
        return super().save(
            # Nobody finds a picture, or a size of it, by trying names of photographs.
            f"{folder}{slash}{stem[:40]}-{secrets.token_hex(8)}{dot}{suffix}",
            content,
            save,
        )


class CleanImageField(WagtailImageField):
    """Whoever gives a picture, only a clean one reaches the disk."""

    attr_class = CleanImageFieldFile


class FilmFieldFile(FieldFile):
    def save(self, name, content, save=True):
        """Only a clean film reaches the disk, and what it says of itself its row."""
        clean = CleanFilm.of(content)
        for about in ("seconds", "width", "height", "has_sound"):
            setattr(self.instance, about, getattr(clean.film, about))
        return super().save("film.mp4", clean, save)


class FilmField(FileModelField):
    attr_class = FilmFieldFile


class CaptionsFieldFile(FieldFile):
    def save(self, name, content, save=True):
        return super().save("captions.vtt", captions_in(content), save)


class CaptionsField(FileModelField):
    attr_class = CaptionsFieldFile


class ImageUploadField(WagtailUploadField):
    """Looks at what a file is, not at its name; Wagtail's own decodes a bomb to measure it."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.error_messages |= {
            "invalid_image": UNREADABLE,
            "empty": UNREADABLE,
            "invalid_image_extension": FORMATS,
            "file_too_large": TOO_LARGE,
            "file_too_large_unknown_size": TOO_LARGE,
            "file_too_many_pixels": TOO_MANY_PIXELS,
        }
        self.help_text = (
            "JPG、PNG、WebP 或 HEIC 照片，最大 10 MB、4000 万像素。"
            "手机写在照片里的地点、时间会自动去掉。"
        )

    def to_python(self, data):
        file = FileField.to_python(self, data)
        if file is None:
            return None
        try:
            clean = cleaned(file)
        except UploadRefused as error:
            raise ValidationError(error.message, code="refused") from error
        _overwrite(file, clean)
        return clean


def _overwrite(upload: UploadedFile, clean: CleanImage) -> None:
    """Wagtail stores the upload itself while somebody fills in what else is required."""
    upload.seek(0)
    upload.truncate()
    upload.write(clean.read())
    upload.flush()
    upload.seek(0)
    clean.seek(0)
    upload.name, upload.size = clean.name, clean.size
