from django.contrib.auth.models import AnonymousUser

from site_cms.accounts.models import User
from site_cms.accounts.roles import OPERATORS, Role

_BY_LABEL = {role.label: role for role in Role}


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
    """Whether this user must show a second factor."""
    return user.is_authenticated and (
        user.is_staff or not roles_of(user).isdisjoint(OPERATORS)
    )
