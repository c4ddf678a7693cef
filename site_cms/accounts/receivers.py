"""What allauth tells about second factors goes to the trail. It has no other way to."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.dispatch import receiver
from django.utils import timezone

from site_cms.accounts.services import record_second_factor


@receiver(signals.authenticator_added, dispatch_uid="second_factor_added")
def added(request, user, authenticator, **kwargs) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        # The code that set it up is the proof: no second sign-in is asked for.
        record_authentication(
            request, user, "mfa", type=authenticator.type, id=authenticator.pk
        )
    _record(user, "added", authenticator)


@receiver(signals.authenticator_removed, dispatch_uid="second_factor_removed")
def removed(user, authenticator, **kwargs) -> None:
    _record(user, "removed", authenticator)


@receiver(signals.authenticator_reset, dispatch_uid="second_factor_renewed")
def renewed(user, authenticator, **kwargs) -> None:
    _record(user, "renewed", authenticator)


@receiver(signals.authentication_failed, dispatch_uid="second_factor_failed")
def failed(user, authenticator, **kwargs) -> None:
    """Whoever typed it is not known to be the user."""
    record_second_factor(
        by=None, user=user, act="failed", kind=authenticator.type, now=timezone.now()
    )


def _record(user, act: str, authenticator: Authenticator) -> None:
    record_second_factor(
        by=user, user=user, act=act, kind=authenticator.type, now=timezone.now()
    )
