from django.apps import AppConfig
from django.db.backends.signals import connection_created

from site_cms.trail.append_only import install_sqlite_function


class SiteCmsConfig(AppConfig):
    name = "site_cms"
    verbose_name = "网站"

    def ready(self) -> None:
        # Needs the models of other apps, so not before they are loaded.
        from site_cms.accounts import receivers  # noqa: F401, PLC0415
        from site_cms.freshness.receivers import connect  # noqa: PLC0415
        from site_cms.pages import receivers as of_pages  # noqa: F401, PLC0415

        connect()
        connection_created.connect(prepare_connection, dispatch_uid="append_only")


def prepare_connection(sender, connection, **kwargs) -> None:
    if connection.vendor == "sqlite":
        install_sqlite_function(connection)
