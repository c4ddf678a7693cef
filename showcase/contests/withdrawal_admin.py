"""The addresses of 退出和取消资格 below the admin's."""

from django.urls import include, path
from django.views.decorators.cache import never_cache
from wagtail import hooks

from showcase.contests.withdrawal_views import WithdrawalPage, WithdrawalsList
from site_cms.accounts.permissions import role_required
from site_cms.accounts.roles import Role


@hooks.register("register_admin_urls")
def withdrawal_urls() -> list:
    guard = role_required(
        Role.ADMINISTRATOR, Role.SUPERVISOR, opens="退出和取消资格（两个人）"
    )
    patterns = [
        path("", guard(never_cache(WithdrawalsList.as_view())), name="list"),
        path("<int:pk>/", guard(never_cache(WithdrawalPage.as_view())), name="entry"),
    ]
    return [path("withdrawals/", include((patterns, "withdrawals")))]
