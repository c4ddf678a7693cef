"""Wagtail's upload forms: what is stored is clean, what is refused says why."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from site_cms.media.documents import DOCUMENT_TOO_LARGE, check_document
from site_cms.media.errors import UploadRefused
from site_cms.media.fields import ImageUploadField


class SiteImageForm(BaseImageForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            wagtails = self.fields["file"]
            self.fields["file"] = ImageUploadField(
                label=wagtails.label,
                required=wagtails.required,
                widget=wagtails.widget,
            )


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
