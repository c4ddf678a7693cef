import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from site_cms.accounts.errors import NoSecondFactor
from site_cms.accounts.models import User
from site_cms.accounts.roles import OPERATORS, Role

_BY_LABEL = {role.label: role for role in Role}
_WITHOUT_SECOND_FACTOR = frozenset(Role) - OPERATORS


def roles_of(user: User | AnonymousUser) -> frozenset[Role]:
    """The roles of an active user, read once for each user object.

    A superuser is an administrator and nothing more: setting up the site must not
    make anybody host, supervisor and integrity officer in one person.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if not hasattr(user, "_roles"):
        names = user.groups.values_list("name", flat=True)
        roles = {_BY_LABEL[name] for name in names if name in _BY_LABEL}
        user._roles = frozenset(
            roles | ({Role.ADMINISTRATOR} if user.is_superuser else set())
        )
    return user._roles


def is_operator(user: User | AnonymousUser) -> bool:
    """Whether this user must show a second factor: all but plain unit editors.

    Somebody without any role is an operator too: a group of Wagtail's own may have
    given them more than we know.
    """
    if not user.is_authenticated:
        return False
    roles = roles_of(user)
    return user.is_staff or not roles or not roles <= _WITHOUT_SECOND_FACTOR


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(
        user=user, type=Authenticator.Type.TOTP
    ).exists()


def current_code(user: User) -> tuple[str, int]:
    """The one-time code of this moment, and for how many seconds an app shows it."""
    authenticator = Authenticator.objects.filter(
        user=user, type=Authenticator.Type.TOTP
    ).first()
    if authenticator is None:
        raise NoSecondFactor
    now, period = int(time.time()), settings.MFA_TOTP_PERIOD
    code = format_hotp_value(
        hotp_value(decrypt(authenticator.data["secret"]), now // period)
    )
    return code, period - now % period
