"""Who may do what with films: the same that they may do with pictures, in the same folders."""

from wagtail.models import ReferenceIndex
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy


class FilmPolicy(CollectionOwnershipPermissionPolicy):
    """A film that a page shows, in whatever revision, is deleted by nobody."""

    def user_has_any_permission_for_instance(self, user, actions, instance):
        actions = set(actions)
        if "delete" in actions and ReferenceIndex.get_references_to(instance).exists():
            actions.discard("delete")
        return super().user_has_any_permission_for_instance(user, actions, instance)
