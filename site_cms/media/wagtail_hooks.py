from wagtail import hooks

from site_cms.media.admin import VideoChooserViewSet, VideoViewSet, video_chooser


@hooks.register("register_admin_viewset")
def videos() -> VideoViewSet:
    return VideoViewSet()


@hooks.register("register_admin_viewset")
def choose_videos() -> VideoChooserViewSet:
    return video_chooser
