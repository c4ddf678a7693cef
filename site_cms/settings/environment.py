"""Reading the environment: each setting has one name, and a missing one says so."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]

env = environ.Env()
env.escape_proxy = False


def required(name: str) -> str:
    """The value of ``name``, or a refusal to start that names it and what to do."""
    value = env.str(name, default="").strip()
    if not value:
        raise ImproperlyConfigured(
            f"The environment variable {name} is not set. "
            f"Copy .env.example, read what it says about {name}, and set it."
        )
    return value


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """The addresses and networks that ``name`` lists, separated by commas."""
    entries = [entry.strip() for entry in env.list(name, default=[])]
    try:
        return [ip_network(entry) for entry in entries if entry]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"The environment variable {name} must list addresses or networks, "
            f"such as 127.0.0.1,10.0.0.0/8: {error}."
        ) from error
