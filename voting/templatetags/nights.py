"""Words for the figures of a night's preparation."""

from decimal import Decimal
from fractions import Fraction

from django import template

from voting.judging import rules, setup_rules
from voting.rules import exact

register = template.Library()


@register.filter
def share(weight: Fraction) -> str:
    return exact.percent(weight)


@register.filter
def lasting(seconds: int) -> str:
    return setup_rules.in_minutes(seconds)


@register.filter
def plain(value: Decimal) -> str:
    return rules.plain(value)


@register.filter
def panel_title(name: str) -> str:
    """As it stands on a card.

    >>> panel_title("行业代表"), panel_title("群众组")
    ('行业代表评委组', '群众组')
    """
    return name if name.endswith("组") else f"{name}评委组"
