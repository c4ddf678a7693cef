"""Every change to accounts, second factors and the counting of failures happens here."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction

from site_cms.accounts.errors import SecondFactorExists, TooManyFailures
from site_cms.accounts.models import FailedSignIns, User
from site_cms.accounts.queries import roles_of
from site_cms.accounts.rules import MEMORY, wait_after
from site_cms.privacy.hashing import keyed_hash
from site_cms.trail import services as trail
from site_cms.trail.errors import ReasonMissing


@transaction.atomic
def count_attempt(*, username: str, network: str, now: datetime) -> FailedSignIns:
    """Count one try as failed before the password is looked at, or refuse to look.

    Counting first leaves nothing to gain from many tries at the same instant. A right
    password then calls :func:`forget_failures`.
    """
    failures, _ = FailedSignIns.objects.select_for_update().get_or_create(
        key=_failures_key(username, network), defaults={"last_at": now}
    )
    if failures.blocked_until and now < failures.blocked_until:
        raise TooManyFailures(failures.blocked_until)
    if failures.last_at <= now - MEMORY:
        failures.count = 0
    failures.count += 1
    failures.last_at = now
    failures.blocked_until = now + wait_after(failures.count)
    failures.save()
    return failures


def forget_failures(*, username: str, network: str) -> None:
    FailedSignIns.objects.filter(key=_failures_key(username, network)).delete()


def forget_old_failures(*, now: datetime) -> int:
    """Worker's job: drop counts that no longer matter."""
    return FailedSignIns.objects.forgotten(now).delete()[0]


def _failures_key(username: str, network: str) -> str:
    name = unicodedata.normalize("NFKC", username).strip().casefold()
    return keyed_hash(
        settings.SECRET_KEY.encode(), "failed sign-ins", name, network
    ).hex()


def record_sign_in(*, user: User, methods: list[str], now: datetime) -> None:
    trail.record(
        by=user,
        action="sign_in.succeeded",
        subject=user,
        sentence=f"{user}登录",
        now=now,
        details={"methods": methods},
    )


def record_failed_sign_in(
    *, username: str, failures: FailedSignIns, now: datetime
) -> None:
    """What was typed is not written down when nobody has that name."""
    user = User.objects.filter(username=username).first()
    trail.record(
        by=None,
        action="sign_in.failed",
        subject=user or failures,
        sentence=f"登录{user}的账号，密码不对" if user else "登录一个不存在的账号",
        now=now,
        details={"failures": failures.count},
    )


def record_second_factor(
    *, by: User | None, user: User, act: str, kind: str, now: datetime
) -> None:
    """``act`` is added, removed, renewed or failed; ``kind`` a type of authenticator."""
    words = {
        "added": "设置了",
        "removed": "停用了",
        "renewed": "更换了",
        "failed": "没有通过",
    }
    kinds = {"totp": "第二步验证", "recovery_codes": "备用验证码"}
    trail.record(
        by=by,
        action=f"second_factor.{act}",
        subject=user,
        sentence=f"{user}{words[act]}{kinds[kind]}",
        now=now,
        details={"kind": kind},
    )


@transaction.atomic
def set_password(*, by: User | None, user: User, password: str, now: datetime) -> None:
    """Change a password. One that somebody else chose must be changed again."""
    user.set_password(password)
    user.must_change_password = by is None or by.pk != user.pk
    user.save(update_fields=["password", "must_change_password"])
    trail.record(
        by=by,
        action="password.changed",
        subject=user,
        sentence=f"修改了{user}的密码",
        now=now,
    )


@transaction.atomic
def create_account(
    *, by: User | None, username: str, name: str, groups: Iterable[Group], now: datetime
) -> User:
    """An account that nobody can use until :func:`set_password` gives it a password."""
    user = User(username=username, last_name=name, must_change_password=True)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    user.groups.set(groups)
    record_saved_user(by=by, user=user, created=True, now=now)
    return user


@transaction.atomic
def enrol_operator(*, by: User | None, user: User, secret: str, now: datetime) -> None:
    """Give an operator a second factor whose secret is known: base32, as an app takes it."""
    if Authenticator.objects.filter(user=user).exists():
        raise SecondFactorExists
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    record_second_factor(by=by, user=user, act="added", kind="totp", now=now)


@transaction.atomic
def reset_second_factor(
    *, by: User | None, user: User, reason: str, now: datetime
) -> None:
    """Take a lost second factor away; the next sign-in sets up a new one."""
    if not reason.strip():
        raise ReasonMissing
    Authenticator.objects.filter(user=user).delete()
    trail.record(
        by=by,
        action="second_factor.reset",
        subject=user,
        sentence=f"重置了{user}的第二步验证",
        now=now,
        details={"reason": reason.strip()},
    )


def record_saved_user(
    *, by: User | None, user: User, created: bool, now: datetime
) -> None:
    """Who gave whom which roles."""
    roles = "、".join(sorted(role.label for role in roles_of(user))) or "没有角色"
    state = "" if user.is_active else "，已停用"
    trail.record(
        by=by,
        action="user.created" if created else "user.changed",
        subject=user,
        sentence=f"{'建立' if created else '修改'}账号{user}：{roles}{state}",
        now=now,
        details={
            "roles": sorted(roles_of(user)),
            "groups": sorted(user.groups.values_list("name", flat=True)),
            "is_active": user.is_active,
            "is_superuser": user.is_superuser,
        },
    )
