from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache


class NoAdmin(PermissionDenied):
    sentence = (
        "您已经登录，但您的账号不能进入后台。"
        "什么都没有改变。需要的话，请管理员为您的账号加上角色。"
    )


@never_cache
def other_door(request: HttpRequest, **kwargs) -> HttpResponse:
    """Stands where Wagtail would take a password or reset one: there is one sign-in.

    Wagtail also sends here whoever is signed in and may not enter its admin.
    """
    if request.user.is_authenticated:
        raise NoAdmin
    return redirect_to_login(request.GET.get("next", ""))
