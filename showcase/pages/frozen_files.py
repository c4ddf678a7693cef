"""Pictures and files that a frozen page shows: nobody replaces, edits, moves or deletes them."""

from collections.abc import Iterable

from django.db.models import Model
from wagtail.permission_policies.base import BasePermissionPolicy

from showcase.pages.corrections_models import PageCorrection
from showcase.pages.models import ShowcasePage
from showcase.pages.page_texts import files_of, parts_of_page
from site_cms.accounts.models import User

_READ = {"view", "choose", "add"}


def kept_files() -> frozenset[tuple[str, int]]:
    """What the public versions of all frozen pages use, corrected ones included."""
    frozen = ShowcasePage.objects.frozen().live().prefetch_related("sectors")
    corrected = PageCorrection.objects.select_related("before_revision")
    return frozenset().union(
        *(files_of(parts_of_page(page)) for page in frozen),
        *(
            files_of(parts_of_page(correction.before_revision.as_object()))
            for correction in corrected
        ),
    )


def is_kept(file: Model) -> bool:
    return (file._meta.label, file.pk) in kept_files()


class KeptWhileFrozen(BasePermissionPolicy):
    """A policy of Wagtail's for pictures or files, but for those that are kept.

    It asks about single files: what the lists offer is Wagtail's to say.
    """

    def __init__(self, policy: BasePermissionPolicy) -> None:
        super().__init__(policy.model)
        self._policy = policy

    def __getattr__(self, name: str):
        return getattr(self._policy, name)

    def user_has_permission(self, user: User, action: str) -> bool:
        return self._policy.user_has_permission(user, action)

    def user_has_any_permission(self, user: User, actions: Iterable[str]) -> bool:
        return self._policy.user_has_any_permission(user, actions)

    def users_with_any_permission(self, actions: Iterable[str]):
        return self._policy.users_with_any_permission(actions)

    def user_has_permission_for_instance(
        self, user: User, action: str, instance: Model
    ) -> bool:
        if not self._policy.user_has_permission_for_instance(user, action, instance):
            return False
        return action in _READ or not is_kept(instance)

    def user_has_any_permission_for_instance(
        self, user: User, actions: Iterable[str], instance: Model
    ) -> bool:
        return any(
            self.user_has_permission_for_instance(user, action, instance)
            for action in actions
        )

    def instances_user_has_any_permission_for(self, user: User, actions: Iterable[str]):
        return self._policy.instances_user_has_any_permission_for(user, actions)

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Model
    ):
        return self._policy.users_with_any_permission_for_instance(actions, instance)
