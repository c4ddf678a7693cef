"""What a view asks before it lets somebody in."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from site_cms.accounts.models import User
from site_cms.accounts.queries import roles_of
from site_cms.accounts.roles import Role

View = Callable[..., HttpResponse]


class RoleMissing(PermissionDenied):
    """The 403 page shows ``sentence``."""

    def __init__(self, roles: tuple[Role, ...]) -> None:
        who = "、".join(role.label for role in roles)
        self.sentence = (
            f"这一页只给{who}使用，您的账号没有这个角色。"
            "什么都没有改变。需要的话，请管理员为您的账号加上角色。"
        )
        super().__init__(self.sentence)


def has_role(user: User | AnonymousUser, *roles: Role) -> bool:
    return not roles_of(user).isdisjoint(roles)


def role_required(*roles: Role, opens: str = "") -> Callable[[View], View]:
    """Anonymous people go to the sign-in and come back; others need one of ``roles``.

    ``opens`` says in Chinese what the page is for: 谁能做什么 is made from it.
    The second factor is not asked here: no operator gets past
    :class:`site_cms.accounts.middleware.SecondFactorMiddleware` without it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not has_role(request.user, *roles):
                raise RoleMissing(roles)
            return view(request, *args, **kwargs)

        wrapped.roles, wrapped.opens = frozenset(roles), opens
        return wrapped

    return decorate
