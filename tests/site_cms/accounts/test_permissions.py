import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse

from site_cms.accounts.permissions import RoleMissing, has_role, role_required
from site_cms.accounts.queries import is_operator
from site_cms.accounts.roles import OPERATORS, Role
from tests.factories import make_operator, make_user

pytestmark = pytest.mark.django_db


@role_required(Role.HOST, Role.SUPERVISOR)
def console(request):
    return HttpResponse("console")


def ask(rf, user):
    request = rf.get("/host/spring/?step=2")
    request.user = user
    return console(request)


@pytest.mark.parametrize("role", [Role.HOST, Role.SUPERVISOR])
def test_holder_of_one_of_the_roles_is_let_in(rf, role):
    assert ask(rf, make_operator(role)).content == b"console"


def test_anonymous_is_sent_to_the_sign_in_and_back(rf):
    response = ask(rf, AnonymousUser())

    assert (response.status_code, response["Location"]) == (
        302,
        "/accounts/login/?next=/host/spring/%3Fstep%3D2",
    )


def test_another_role_is_told_who_may_enter(rf):
    with pytest.raises(RoleMissing, match="这一页只给主持人、监督员使用"):
        ask(rf, make_operator(Role.CLERK))


def test_superuser_is_administrator_and_nothing_more(rf):
    superuser = make_user(is_superuser=True, is_staff=True)

    assert has_role(superuser, Role.ADMINISTRATOR)
    assert not has_role(superuser, *set(Role) - {Role.ADMINISTRATOR})


def test_dismissed_operator_has_no_role():
    assert not has_role(make_operator(Role.HOST, is_active=False), Role.HOST)


@pytest.mark.parametrize("role", Role)
def test_operators_are_everybody_but_unit_editors(role):
    assert is_operator(make_operator(role)) == (role != Role.UNIT_EDITOR)
    assert (role in OPERATORS) == (role != Role.UNIT_EDITOR)


def test_unit_editor_who_is_staff_is_an_operator():
    assert is_operator(make_operator(Role.UNIT_EDITOR, is_staff=True))


def test_user_without_a_role_is_an_operator():
    assert is_operator(make_user())


def test_citizen_is_no_operator():
    assert not is_operator(AnonymousUser())
