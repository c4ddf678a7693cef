"""Where allauth asks us: no sign-up, throttling in the database, words, the trail."""

import time
from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from site_cms.accounts import services
from site_cms.accounts.errors import TooManyFailures
from site_cms.accounts.models import User
from site_cms.gate.addresses import bucket
from site_cms.privacy import encryption

# So soon after the sign-in nobody is asked for the password again.
FRESH = timedelta(minutes=5)

_SECOND_FACTOR = "second factor"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "账号或密码不对。请检查大小写，再试一次。",
        "enter_current_password": "现在的密码不对，密码没有修改。",
        "incorrect_password": "密码不对，请再试一次。",
        "same_as_current": "新密码和现在的一样，请换一个。",
        "too_many_login_attempts": "验证码输错的次数多了，请 5 分钟后再试。",
        "rate_limited": "试的次数多了，请 5 分钟后再试。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return bucket(request)

    def pre_authenticate(self, request: HttpRequest, **credentials) -> None:
        """Instead of allauth's counter, which locks an account for everybody."""
        try:
            self._failures = services.count_attempt(
                username=credentials["username"],
                network=bucket(request),
                now=timezone.now(),
            )
        except TooManyFailures as error:
            raise ValidationError(error.message, code="too_many_failures") from error

    def authenticate(self, request: HttpRequest, **credentials) -> User | None:
        user = super().authenticate(request, **credentials)
        if user:
            services.forget_failures(
                username=credentials["username"], network=bucket(request)
            )
        return user

    def authentication_failed(self, request: HttpRequest, **credentials) -> None:
        services.record_failed_sign_in(
            username=credentials["username"],
            failures=self._failures,
            now=timezone.now(),
        )

    def post_login(self, request: HttpRequest, user: User, **kwargs) -> HttpResponse:
        methods = [
            record.get("type", record["method"])
            for record in get_authentication_records(request, user)
        ]
        services.record_sign_in(user=user, methods=methods, now=timezone.now())
        return super().post_login(request, user, **kwargs)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if request.user.has_perm("wagtailadmin.access_admin"):
            return "/admin/"
        return "/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def set_password(self, user: User, password: str) -> None:
        services.set_password(
            by=self.request.user, user=user, password=password, now=timezone.now()
        )

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        records = get_authentication_records(self.request, self.request.user)
        fresh = any(time.time() - record["at"] < FRESH.seconds for record in records)
        return not fresh and super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user) -> list[dict]:
        words = {
            "reauthenticate": "改用密码确认",
            "mfa_reauthenticate": "改用手机验证码确认",
        }
        return [
            method | {"description": words[method["id"]]}
            for method in super().get_reauthentication_methods(user)
        ]


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "验证码不对，或者已经用过。请等手机上换一个新的，再输入。",
    }

    def get_totp_label(self, user: User) -> str:
        return user.username

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text, purpose=_SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text, purpose=_SECOND_FACTOR)
