from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.telepath import register
from wagtail.admin.ui.sidebar import MainMenuModule

from site_cms.accounts.services import record_saved_user
from site_cms.accounts.sidebar import OwnMenuAdapter

register(OwnMenuAdapter(), MainMenuModule)


@hooks.register("register_account_menu_item")
def link_second_factor(request) -> dict[str, str]:
    return {
        "url": reverse("mfa_index"),
        "label": "密码和第二步验证",
        "help_text": "修改密码，查看备用验证码，换一部手机。",
    }


@hooks.register("after_create_user")
def record_created_user(request, user) -> None:
    record_saved_user(by=request.user, user=user, created=True, now=timezone.now())


@hooks.register("after_edit_user")
def record_edited_user(request, user) -> None:
    record_saved_user(by=request.user, user=user, created=False, now=timezone.now())


@hooks.register("before_edit_user")
@hooks.register("before_delete_user")
def keep_superusers_to_themselves(request, user) -> None:
    """Setting a superuser's password would be a way to become one."""
    if user.is_superuser and not request.user.is_superuser:
        raise PermissionDenied
