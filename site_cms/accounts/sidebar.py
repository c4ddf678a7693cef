"""The admin's menu as a county's office reads it."""

from wagtail.admin.ui.sidebar import BaseSidebarAdapter, MainMenuModule, SubMenuItem


class OwnMenuAdapter(BaseSidebarAdapter):
    """Wagtail's menu names a person by the given name alone, and its own version."""

    js_constructor = "wagtail.sidebar.MainMenuModule"

    def js_args(self, menu: MainMenuModule) -> list:
        items, account_items, person = menu.js_args()
        for item in items:
            if isinstance(item, SubMenuItem):
                item.footer_text = ""
        return [items, account_items, person | {"name": str(menu.user)}]
