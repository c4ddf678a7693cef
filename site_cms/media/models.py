"""Pictures and documents of the CMS."""

from django.db import models
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from site_cms.media.cleaning import CleanImage, cleaned


class SiteImage(AbstractImage):
    """A photograph without the data a phone writes into it."""

    admin_form_fields = Image.admin_form_fields

    class Meta(AbstractImage.Meta):
        verbose_name = verbose_name_plural = "图片"

    def save(self, *args, **kwargs) -> None:
        """Whichever door a new file came in by, it is cleaned before it is stored."""
        is_new = self.file and not self.file._committed
        if is_new and not isinstance(self.file.file, CleanImage):
            self.file = cleaned(self.file)
            self._set_image_file_metadata()
        super().save(*args, **kwargs)

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
