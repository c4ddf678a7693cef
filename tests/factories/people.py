"""Who acts."""

import time

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.test import Client

from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from tests.factories.numbers import next_number


def make_user(**fields) -> User:
    number = next_number()
    defaults = {"username": f"user-{number}", "last_name": "王", "first_name": "某"}
    return User.objects.create_user(**defaults | fields)


def make_operator(*roles: Role, **fields) -> User:
    user = make_user(**fields)
    for role in roles:
        user.groups.add(Group.objects.get_or_create(name=role.label)[0])
    return user


def sign_in(client: Client, user: User) -> User:
    """A session in which password and second factor were both given."""
    Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": ""}}
    )
    client.force_login(user)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "username": user.username},
        {"method": "mfa", "at": time.time(), "type": "totp"},
    ]
    session.save()
    return user
