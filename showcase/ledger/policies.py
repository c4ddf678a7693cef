"""Whose deeds somebody sees and changes in the admin."""

from showcase.units.models import UnitQuerySet
from site_cms.accounts.permissions import has_role
from site_cms.accounts.policies import KeptForGood
from site_cms.accounts.roles import Role


def runs_the_ledger(user) -> bool:
    """Sees the deeds of all units, admits and closes them."""
    return has_role(user, Role.ADMINISTRATOR)


def units_whose_deeds(user, units: UnitQuerySet) -> UnitQuerySet:
    """The units for which somebody writes deeds."""
    return units if runs_the_ledger(user) else units.edited_by(user)


class DeedsOfOwnUnit(KeptForGood):
    """Who does not run the ledger has the deeds of the units that they edit, and no others."""

    def user_has_permission_for_instance(self, user, action, instance):
        return self.user_has_permission(user, action) and (
            runs_the_ledger(user) or user.groups.filter(unit=instance.unit_id).exists()
        )

    def instances_user_has_any_permission_for(self, user, actions):
        deeds = super().instances_user_has_any_permission_for(user, actions)
        return deeds if runs_the_ledger(user) else deeds.filter(unit__group__user=user)
