"""Pictures, films and documents of the CMS."""

import secrets

from django.conf import settings
from django.db import models, transaction
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Image,
    get_upload_to,
)
from wagtail.models import CollectionMember

from site_cms.media.fields import CaptionsField, CleanImageField, FilmField


def _without_tags(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Tags are one list for everybody: units would read each other's words in it."""
    return tuple(name for name in fields if name != "tags")


class SiteImage(AbstractImage):
    """A photograph without the data a phone writes into it."""

    file = CleanImageField(
        "文件", upload_to=get_upload_to, width_field="width", height_field="height"
    )

    admin_form_fields = _without_tags(Image.admin_form_fields)

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
    admin_form_fields = _without_tags(Document.admin_form_fields)

    class Meta(AbstractDocument.Meta):
        verbose_name = verbose_name_plural = "文件"


def unguessable_name(video: "SiteVideo", name: str) -> str:
    """Nobody finds a film by trying before its page is published."""
    suffix = name.rpartition(".")[2].lower()
    return f"videos/{secrets.token_hex(12)}.{'vtt' if suffix == 'vtt' else 'mp4'}"


class SiteVideo(CollectionMember, models.Model):
    """A film of a unit: H.264 in MP4, with nothing in it but picture and sound.

    Of our own and not from wagtailmedia: what matters here (looking into the file,
    removing the place, captions, no audio, nobody else's films in the chooser) would
    replace its model, its forms, its templates and its chooser.
    """

    title = models.CharField(
        "名称", max_length=60, help_text="自己找得到就行，页面上的标题另外写。"
    )
    file = FilmField("视频文件", upload_to=unguessable_name)
    captions = CaptionsField("字幕文件", upload_to=unguessable_name, blank=True)
    captions_in_picture = models.BooleanField(
        "画面里已有字幕",
        default=False,
        help_text="说的话都有字幕打在画面上时勾选，听不见的人也能看懂。",
    )
    seconds = models.PositiveIntegerField("时长（秒）", editable=False)
    width = models.PositiveIntegerField("宽", editable=False)
    height = models.PositiveIntegerField("高", editable=False)
    has_sound = models.BooleanField("有声音", editable=False)
    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="上传人",
    )
    created_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "视频"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def delete(self, *args, **kwargs):
        """With its files: a film taken back for the sake of somebody in it is gone."""
        files = [each for each in (self.file, self.captions) if each]
        deleted = super().delete(*args, **kwargs)
        for each in files:
            transaction.on_commit(lambda each=each: each.storage.delete(each.name))
        return deleted

    @property
    def length(self) -> str:
        """3 分 5 秒"""
        minutes, seconds = divmod(self.seconds, 60)
        return "".join(
            filter(None, [minutes and f"{minutes} 分", seconds and f"{seconds} 秒"])
        ).replace("分", "分 ", 1 if seconds else 0)

    @property
    def captions_url(self) -> str:
        return self.captions.url if self.captions else ""

    @property
    def lacks_captions(self) -> bool:
        return self.has_sound and not self.captions and not self.captions_in_picture
