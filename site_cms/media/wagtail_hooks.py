from wagtail import hooks

from site_cms.media.admin import VideoChooserViewSet, VideoViewSet, video_chooser
from site_cms.media.doors import OwnDocuments, OwnImages, refuse_unpublished


@hooks.register("register_admin_viewset")
def videos() -> VideoViewSet:
    return VideoViewSet()


@hooks.register("register_admin_viewset")
def choose_videos() -> VideoChooserViewSet:
    return video_chooser


# After Wagtail's own, which these replace.
@hooks.register("construct_admin_api", order=100)
def only_own_in_the_api(router) -> None:
    router.register_endpoint("images", OwnImages)
    router.register_endpoint("documents", OwnDocuments)


@hooks.register("before_serve_document")
def keep_unpublished_files(document, request) -> None:
    refuse_unpublished(document, request)
