from django.utils.functional import cached_property
from wagtail.blocks import ChooserBlock
from wagtail.coreutils import resolve_model_string


class VideoChooserBlock(ChooserBlock):
    @cached_property
    def target_model(self):
        return resolve_model_string("site_cms.SiteVideo")

    @cached_property
    def widget(self):
        # Blocks are read while models are loading; the admin needs the models.
        from site_cms.media.admin import video_chooser  # noqa: PLC0415

        return video_chooser.widget

    class Meta:
        icon = "media"
