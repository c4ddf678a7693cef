from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from site_cms.accounts.forms import EditUserForm, NewUserForm


class UserViewSet(WagtailUserViewSet):
    def get_form_class(self, for_update: bool = False):
        return EditUserForm if for_update else NewUserForm
