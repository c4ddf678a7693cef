"""What the admin lets people do with records, whatever their permissions say."""

from wagtail.permission_policies import ModelPermissionPolicy


class KeptForGood(ModelPermissionPolicy):
    """Added and changed by those who may, deleted by nobody."""

    def user_has_permission(self, user, action):
        return action != "delete" and super().user_has_permission(user, action)


class OnlyAdded(ModelPermissionPolicy):
    """Added and read by those who may; what was added stays as it is."""

    def user_has_permission(self, user, action):
        return action in {"add", "view"} and super().user_has_permission(user, action)


class OnlyRead(ModelPermissionPolicy):
    """Read by those who may; changed through no screen."""

    def user_has_permission(self, user, action):
        return action == "view" and super().user_has_permission(user, action)
