from django.apps import AppConfig
from django.db.backends.signals import connection_created

from site_cms.trail.append_only import install_sqlite_function


class SiteCmsConfig(AppConfig):
    name = "site_cms"
    verbose_name = "网站"

    def ready(self) -> None:
        connection_created.connect(prepare_connection, dispatch_uid="append_only")


def prepare_connection(sender, connection, **kwargs) -> None:
    if connection.vendor == "sqlite":
        install_sqlite_function(connection)
