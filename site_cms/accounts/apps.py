from wagtail.users.apps import WagtailUsersAppConfig


class UsersAppConfig(WagtailUsersAppConfig):
    """Wagtail's screens of users, with our forms."""

    user_viewset = "site_cms.accounts.viewsets.UserViewSet"
