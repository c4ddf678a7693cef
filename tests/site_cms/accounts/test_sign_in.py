import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import Permission
from django.db import connection

from site_cms.accounts.queries import current_code
from site_cms.accounts.roles import Role
from site_cms.accounts.services import enrol_operator
from site_cms.trail.models import TrailEntry
from tests.factories import NOW, make_operator, make_user, sign_in

pytestmark = pytest.mark.django_db

PASSWORD = "green-river-42"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SIGN_IN = "/accounts/login/"


def may_enter_admin(user):
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return user


def make_host(*, enrolled=True, **fields):
    host = may_enter_admin(make_operator(Role.HOST, password=PASSWORD, **fields))
    if enrolled:
        enrol_operator(by=None, user=host, secret=SECRET, now=NOW)
    return host


def give_password(client, user, *, password=PASSWORD, to="", **extra):
    return client.post(
        SIGN_IN, {"login": user.username, "password": password, "next": to}, **extra
    )


def give_code(client, code):
    return client.post("/accounts/2fa/authenticate/", {"code": code})


def signed_in_as(client):
    return client.session.get("_auth_user_id")


def acts():
    return list(TrailEntry.objects.order_by("id").values_list("action", flat=True))


def test_password_alone_is_not_enough_for_an_operator(client):
    host = make_host()

    response = give_password(client, host, to="/admin/")

    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    assert signed_in_as(client) is None
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"


def test_password_and_code_lead_to_where_one_wanted_to_go(client):
    host = make_host()
    give_password(client, host, to="/admin/reports/")

    response = give_code(client, current_code(host)[0])

    assert response["Location"] == "/admin/reports/"
    assert signed_in_as(client) == str(host.pk)
    assert client.get("/admin/").status_code == 200
    entry = TrailEntry.objects.get(action="sign_in.succeeded")
    assert (entry.by, entry.details) == (host, {"methods": ["password", "totp"]})


def test_unit_editor_needs_no_second_factor(client):
    editor = may_enter_admin(make_operator(Role.UNIT_EDITOR, password=PASSWORD))

    response = give_password(client, editor)

    assert response["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("code", ["", "000000", "abc", "１２３", "县" * 300])
def test_wrong_code_is_told_in_words_and_goes_to_the_trail(client, code):
    host = make_host()
    give_password(client, host)

    response = give_code(client, code)

    assert response.status_code == 200
    assert "错误：" in response.content.decode()
    assert signed_in_as(client) is None
    assert acts()[1:] == (["second_factor.failed"] if code else [])


def test_code_is_good_once_although_late_telephones_are_tolerated(client):
    host = make_host()
    give_password(client, host)
    code = current_code(host)[0]
    give_code(client, code)
    client.logout()
    forget_used_codes_of_allauth()

    give_password(client, host)
    response = give_code(client, code)

    assert "已经用过" in response.content.decode()
    assert signed_in_as(client) is None


def forget_used_codes_of_allauth():
    """What it does itself after one period, while a tolerance keeps the code valid."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM site_cms_cache WHERE cache_key LIKE '%totp.used%'")


def test_recovery_code_takes_the_place_of_the_telephone_once(client):
    host = make_host()
    code = host.authenticator_set.get(type="recovery_codes").wrap().generate_codes()[0]
    give_password(client, host)
    assert give_code(client, code).status_code == 302
    assert signed_in_as(client) == str(host.pk)

    client.logout()
    give_password(client, host)
    assert give_code(client, code).status_code == 200
    assert signed_in_as(client) is None


def test_sixth_wrong_code_is_not_looked_at(client):
    host = make_host()
    give_password(client, host)
    for _ in range(5):
        give_code(client, "000000")

    response = give_code(client, current_code(host)[0])

    assert "验证码输错的次数多了，请 5 分钟后再试" in response.content.decode()
    assert signed_in_as(client) is None


def test_wrong_password_is_told_and_the_name_is_kept(client):
    host = make_host()

    response = give_password(client, host, password="wrong")

    page = response.content.decode()
    assert "账号或密码不对" in page
    assert f'value="{host.username}"' in page
    entry = TrailEntry.objects.get(action="sign_in.failed")
    assert (entry.by, entry.subject_id) == (None, str(host.pk))


def test_unknown_name_is_answered_alike_and_not_written_down(client):
    response = client.post(SIGN_IN, {"login": "my-secret-typed-here", "password": "x"})

    assert "账号或密码不对" in response.content.decode()
    entry = TrailEntry.objects.get(action="sign_in.failed")
    assert entry.subject_type == "site_cms.FailedSignIns"
    assert "my-secret-typed-here" not in str(vars(entry))


def test_dismissed_operator_is_answered_like_a_wrong_password(client):
    host = make_host(is_active=False)

    response = give_password(client, host)

    assert "账号或密码不对" in response.content.decode()
    assert signed_in_as(client) is None


def test_right_password_is_not_looked_at_while_waiting(client):
    host = make_host()
    for _ in range(5):
        give_password(client, host, password="wrong")

    response = give_password(client, host)
    elsewhere = give_password(client, host, REMOTE_ADDR="198.51.100.2")

    assert re.search(r"请在 \d\d:\d\d:\d\d 以后再试", response.content.decode())
    assert elsewhere.status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"login": "", "password": ""}, id="empty"),
        pytest.param({"login": "x" * 5000, "password": "y" * 5000}, id="very long"),
        pytest.param({"login": "\x00", "password": "\x00"}, id="null bytes"),
        pytest.param({"login": "名 '\"<script>", "password": "密"}, id="rubbish"),
    ],
)
def test_rubbish_is_answered_in_words(client, typed):
    response = client.post(SIGN_IN, typed)

    assert response.status_code == 200
    assert "错误：" in response.content.decode()
    assert "<script>" not in response.content.decode().replace('<script src="', "")


def test_nobody_is_sent_to_a_foreign_site(client):
    editor = may_enter_admin(make_operator(Role.UNIT_EDITOR, password=PASSWORD))

    assert (
        give_password(client, editor, to="https://evil.example/")["Location"]
        == "/admin/"
    )


@pytest.mark.parametrize(
    "address",
    [
        "/admin/login/",
        "/admin/password_reset/",
        "/admin/password_reset/confirm/MQ/set-password/",
        "/_util/login/",
    ],
)
def test_other_doors_lead_to_the_one_sign_in(client, address):
    host = make_host()
    form = {"username": host.username, "password": PASSWORD, "email": "a@b.cn"}

    response = client.post(address, form)

    assert response["Location"].startswith(SIGN_IN)
    assert signed_in_as(client) is None


@pytest.mark.parametrize(
    "address",
    [
        "/django-admin/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/password/set/",
        "/accounts/email/",
        "/accounts/login/code/",
        "/accounts/2fa/webauthn/",
    ],
)
def test_doors_that_we_do_not_have(client, address):
    assert client.post(address, {"username": "x", "password": "y"}).status_code == 404


def test_session_made_without_the_second_factor_is_ended(client):
    host = make_host()
    client.force_login(host)

    response = client.get("/admin/")

    assert response["Location"].startswith(SIGN_IN)
    assert signed_in_as(client) is None


def test_second_factor_of_somebody_else_does_not_count(client):
    host, other = make_host(), make_host()
    sign_in(client, other)
    session = client.session
    client.force_login(host)
    kept = client.session
    kept.update(
        {key: value for key, value in session.items() if key.startswith("account_")}
    )
    kept.save()

    assert client.get("/admin/")["Location"].startswith(SIGN_IN)


@pytest.mark.parametrize(
    "address", ["/", "/admin/", "/design/", "/documents/1/x.pdf", "/accounts/2fa/"]
)
def test_operator_without_a_second_factor_sees_nothing_but_its_setting_up(
    client, address
):
    client.force_login(make_host(enrolled=False))

    assert client.get(address)["Location"].startswith("/accounts/2fa/totp/activate/")
    assert client.post(address)["Location"].startswith("/accounts/2fa/totp/activate/")


@pytest.mark.django_db(transaction=True)
def test_operator_sets_up_a_second_factor_right_after_the_first_sign_in(client):
    host = make_host(enrolled=False)
    give_password(client, host, to="/admin/")
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret

    response = client.post(
        "/accounts/2fa/totp/activate/", {"code": code_of(secret)}, follow=True
    )

    assert "请收好备用验证码" in response.content.decode()
    assert client.get("/admin/").status_code == 200
    assert set(acts()) == {"sign_in.succeeded", "second_factor.added"}
    assert host.authenticator_set.count() == 2


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_wrong_first_code_sets_nothing_up_and_keeps_the_picture(client):
    client.force_login(make_host(enrolled=False))
    sign_in_page = client.get("/accounts/2fa/totp/activate/", follow=True)
    assert sign_in_page.status_code == 200

    host = make_host(enrolled=False)
    client.logout()
    give_password(client, host)
    before = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    response = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})

    assert "错误：验证码不对" in response.content.decode()
    assert response.context["form"].secret == before
    assert not Authenticator.objects.filter(user=host).exists()


def test_old_session_is_asked_for_the_password_before_the_second_factor_changes(client):
    host = make_host()
    sign_in(client, host)
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [
        record | {"at": record["at"] - 600} for record in records
    ]
    session.save()

    response = client.get("/accounts/2fa/totp/deactivate/")

    assert response["Location"].startswith("/accounts/reauthenticate/")


def test_operator_who_takes_the_second_factor_away_is_led_to_a_new_one(client):
    host = make_host()
    sign_in(client, host)

    client.post("/accounts/2fa/totp/deactivate/")

    assert not host.authenticator_set.exists()
    assert client.get("/admin/")["Location"].startswith("/accounts/2fa/totp/activate/")
    assert acts().count("second_factor.removed") == 2  # and its recovery codes


@pytest.mark.parametrize("role", [Role.HOST, Role.UNIT_EDITOR])
def test_password_that_another_chose_is_changed_first(client, role):
    user = make_operator(role, password=PASSWORD, must_change_password=True)
    client.force_login(may_enter_admin(user))

    for address in ("/admin/", "/", "/accounts/2fa/totp/activate/"):
        assert client.get(address)["Location"].startswith("/accounts/password/?next=")
    client.post(
        "/accounts/password/",
        {
            "oldpassword": PASSWORD,
            "password1": "blue-hill-77",
            "password2": "blue-hill-77",
        },
    )

    user.refresh_from_db()
    assert (user.must_change_password, user.check_password("blue-hill-77")) == (
        False,
        True,
    )
    assert signed_in_as(client) == str(user.pk)
    assert "password.changed" in acts()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        pytest.param(("wrong", "blue-hill-77", "blue-hill-77"), "现在的密码不对", id="old is wrong"),
        pytest.param((PASSWORD, PASSWORD, PASSWORD), "新密码和现在的一样", id="the same"),
        pytest.param((PASSWORD, "short", "short"), "密码太短，至少要 10 位", id="too short"),
        pytest.param((PASSWORD, "12345678901", "12345678901"), "数字", id="digits"),
        pytest.param((PASSWORD, "zhao-min-2026", "zhao-min-2026"), "密码和您的账号或姓名太像", id="name"),
        pytest.param((PASSWORD, "blue-hill-77", "blue-hill-78"), "每次输入的密码必须", id="not twice"),
        pytest.param(("", "", ""), "请填写现在的密码", id="empty"),
    ],
)  # fmt: skip
def test_password_is_not_changed_when(client, typed, sentence):
    user = make_operator(
        Role.UNIT_EDITOR,
        username="zhao-min-202",
        password=PASSWORD,
        must_change_password=True,
    )
    client.force_login(user)

    page = client.post(
        "/accounts/password/",
        dict(zip(("oldpassword", "password1", "password2"), typed, strict=True)),
    )

    assert sentence in page.content.decode()
    user.refresh_from_db()
    assert (user.must_change_password, user.check_password(PASSWORD)) == (True, True)


def test_signed_in_user_without_admin_is_told_so_and_not_sent_in_circles(client):
    sign_in(client, make_user_with_factor())

    response = client.get("/admin/", follow=True)

    assert response.status_code == 403
    assert "您的账号不能进入后台" in response.content.decode()


def make_user_with_factor():
    user = make_user()
    enrol_operator(by=None, user=user, secret=SECRET, now=NOW)
    return user


@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/accounts/2fa/", "/accounts/2fa/recovery-codes/"]
)
def test_pages_of_the_sign_in_stay_in_no_cache(client, address):
    if address != SIGN_IN:
        sign_in(client, make_host())

    assert "no-store" in client.get(address)["Cache-Control"]


def test_sign_in_works_while_redis_is_down(client, settings):
    settings.CACHES = settings.CACHES | {
        "limits": {
            "BACKEND": "site_cms.gate.cache.OneRoundTripRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    host = make_host()
    give_password(client, host)
    give_code(client, current_code(host)[0])

    assert client.get("/admin/").status_code == 200


def test_one_address_that_tries_many_names_is_refused(client):
    # The edge of a window may fall between the tries: twice ten are enough for any edge.
    answers = [
        client.post(SIGN_IN, {"login": f"name-{number}", "password": "x"})
        for number in range(21)
    ]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert int(refused[0]["Retry-After"]) > 0


def test_public_page_of_an_anonymous_visitor_looks_at_no_session(
    client, django_assert_num_queries
):
    with django_assert_num_queries(0):
        client.get("/health/live")
