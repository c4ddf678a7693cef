"""Wagtail's upload forms: what is stored is clean, what is refused says why."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from wagtail.admin.forms.collections import (
    BaseCollectionMemberForm,
    CollectionChoiceField,
)
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm
from wagtail.models import Collection
from wagtail.permissions import policy_registry

from site_cms.media.captions import captions_in
from site_cms.media.documents import DOCUMENT_TOO_LARGE, check_document
from site_cms.media.errors import UploadRefused
from site_cms.media.fields import ImageUploadField
from site_cms.media.films import CleanFilm
from site_cms.media.models import SiteVideo


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


class VideoForm(forms.ModelForm):
    """What may be said later about a film. Another film is another upload.

    Subtitles are added once: a page that shows them must not change unseen.
    """

    class Meta:
        model = SiteVideo
        fields = ["title", "captions", "captions_in_picture"]
        widgets = {"captions": forms.FileInput(attrs={"accept": ".srt,.vtt"})}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "captions"
        ].help_text = "SRT 或 VTT。有人说话的视频，要么有字幕文件，要么画面里已有字幕。"
        if self.instance.captions:
            del self.fields["captions"]

    def clean_captions(self):
        file = self.cleaned_data["captions"]
        if not isinstance(file, UploadedFile):
            return file
        try:
            return captions_in(file)
        except UploadRefused as error:
            raise ValidationError(error.message) from error


class NewVideoForm(BaseCollectionMemberForm, VideoForm):
    collection = CollectionChoiceField(
        label="文件夹", queryset=Collection.objects.all(), empty_label=None
    )

    class Meta(VideoForm.Meta):
        fields = ["title", "file", "captions", "captions_in_picture", "collection"]
        widgets = VideoForm.Meta.widgets | {
            "file": forms.FileInput(attrs={"accept": "video/mp4"})
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = (
            "MP4 视频（H.264 编码），最大 60 MB，三四分钟以内。"
            "拍摄的地点和时间会自动去掉。"
        )

    @property
    def permission_policy(self):
        return policy_registry.get_by_type(SiteVideo)

    def clean_file(self):
        try:
            return CleanFilm.of(self.cleaned_data["file"])
        except UploadRefused as error:
            raise ValidationError(error.message) from error
