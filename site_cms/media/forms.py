"""Wagtail's upload forms: what is stored is clean, what is refused says why."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from site_cms.media.cleaning import TOO_LARGE, TOO_MANY_PIXELS, UNREADABLE, cleaned
from site_cms.media.documents import DOCUMENT_TOO_LARGE, check_document
from site_cms.media.errors import UploadRefused

_FORMATS = "只收 JPG、PNG、WebP 和 HEIC（苹果手机）照片。请另存为其中一种再传。"
_SENTENCES = {
    "invalid_image": UNREADABLE,
    "invalid_image_extension": _FORMATS,
    "invalid_image_known_format": (
        "文件名写的是 .%(extension)s，内容却是 %(image_format)s。"
        "请用原来的照片，或另存为 JPG 再传。"
    ),
    "file_too_large": TOO_LARGE,
    "file_too_large_unknown_size": TOO_LARGE,
    "file_too_many_pixels": TOO_MANY_PIXELS,
}


class SiteImageForm(BaseImageForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].error_messages |= _SENTENCES
            self.fields["file"].help_text = (
                "JPG、PNG、WebP 或 HEIC 照片，最大 10 MB、4000 万像素。"
                "手机写在照片里的地点、时间会自动去掉。"
            )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        try:
            return cleaned(file)
        except UploadRefused as error:
            raise ValidationError(error.message) from error


class SiteDocumentForm(BaseDocumentForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].error_messages["file_too_large"] = DOCUMENT_TOO_LARGE
            self.fields[
                "file"
            ].help_text = "PDF、docx、xlsx、pptx、CSV 或 TXT 文件，最大 20 MB。"

    def clean_file(self):
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            try:
                check_document(file)
            except UploadRefused as error:
                raise ValidationError(error.message) from error
        return file
