"""Several databases in one cluster, of which this process looks into one at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def database(name: str) -> Iterator[None]:
    """What is done within happens in this database."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def copy_database(name: str) -> None:
    """Make a database that is like this one, which nobody else may be using."""
    usual = connection.settings_dict["NAME"]
    with database("template1"), connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{usual}"')
        # A copied sequence believes that its next numbers are in the log, where those of the
        # template are: without this it would give numbers twice after a crash.
        cursor.execute("CHECKPOINT")
