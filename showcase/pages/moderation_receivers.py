"""What Wagtail's editor tells about submissions goes to the trail. It has no other way to."""

from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import task_submitted, workflow_cancelled

from showcase.pages.models import ShowcasePage
from showcase.pages.moderation_models import PageReviewState
from showcase.pages.moderation_rules import Stage
from showcase.pages.moderation_services import record_submission, record_withdrawal


@receiver(task_submitted, sender=PageReviewState, dispatch_uid="page_submitted")
def submitted(instance: PageReviewState, user, **kwargs) -> None:
    if instance.stage == Stage.FIRST:
        record_submission(by=user, state=instance, now=timezone.now())


@receiver(workflow_cancelled, dispatch_uid="page_withdrawn")
def withdrawn(instance, user, **kwargs) -> None:
    if isinstance(instance.content_object.specific, ShowcasePage):
        record_withdrawal(by=user, workflow=instance, now=timezone.now())
