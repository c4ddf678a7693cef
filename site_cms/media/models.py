"""Pictures and documents of the CMS."""

from django.db import models
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Image,
    get_upload_to,
)

from site_cms.media.fields import CleanImageField


class SiteImage(AbstractImage):
    """A photograph without the data a phone writes into it."""

    file = CleanImageField(
        "文件", upload_to=get_upload_to, width_field="width", height_field="height"
    )

    admin_form_fields = Image.admin_form_fields

    class Meta(AbstractImage.Meta):
        verbose_name = verbose_name_plural = "图片"

    @property
    def default_alt_text(self) -> str:
        return self.description or self.title


class SiteRendition(AbstractRendition):
    image = models.ForeignKey(
        SiteImage, on_delete=models.CASCADE, related_name="renditions"
    )

    class Meta:
        verbose_name = verbose_name_plural = "图片尺寸"
        constraints = [
            models.UniqueConstraint(
                name="site_rendition_is_made_once",
                fields=["image", "filter_spec", "focal_point_key"],
            )
        ]


class SiteDocument(AbstractDocument):
    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = verbose_name_plural = "文件"
