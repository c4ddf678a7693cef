"""Reads about who belongs to which unit."""

from django.db.models import Q

from showcase.units.models import Unit
from site_cms.accounts.models import User


def own_units(user: User) -> set[int]:
    """The ids of the units that this person works at or edits: never to be reviewed by them."""
    return set(
        Unit.objects.filter(
            Q(group__user=user) | Q(affiliations__user=user)
        ).values_list("pk", flat=True)
    )
