"""What Wagtail calls when a workflow has ended well (``WAGTAIL_FINISH_WORKFLOW_ACTION``)."""

from django.utils import timezone


def publish_approved(workflow_state, user=None) -> None:
    # Wagtail imports this module while its own models are still loading.
    from showcase.pages.models import ShowcasePage  # noqa: PLC0415
    from showcase.pages.services import publish_showcase_page  # noqa: PLC0415

    page = workflow_state.content_object.specific
    if isinstance(page, ShowcasePage):
        publish_showcase_page(by=user, page=page, now=timezone.now())
    else:
        page.get_latest_revision().publish(user=user)
