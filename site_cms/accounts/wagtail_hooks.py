from django.utils import timezone
from wagtail import hooks

from site_cms.accounts.services import record_saved_user


@hooks.register("after_create_user")
def record_created_user(request, user) -> None:
    record_saved_user(by=request.user, user=user, created=True, now=timezone.now())


@hooks.register("after_edit_user")
def record_edited_user(request, user) -> None:
    record_saved_user(by=request.user, user=user, created=False, now=timezone.now())
