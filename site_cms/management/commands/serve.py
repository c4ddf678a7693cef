import socket
from argparse import ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError, CommandParser
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels


def port_number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 65536:
        raise ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


class Command(BaseCommand):
    help = "Serve the site from one process with threads, the worker among them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default="127.0.0.1")
        parser.add_argument("--port", type=port_number, default=8000)
        parser.add_argument("--threads", type=int, default=16)

    def handle(self, *args, address: str, port: int, threads: int, **options) -> None:
        with socket.socket() as probe:
            if probe.connect_ex((address, port)) == 0:
                raise CommandError(
                    f"{address}:{port} 已经有程序在用。请先关掉它，或换一个端口：--port {port + 1}"
                )
        Granian(
            "site_cms.wsgi_embedded:application",
            address=address,
            port=port,
            interface=Interfaces.WSGI,
            # One process: the in-process caches and counters are exact only then.
            workers=1,
            blocking_threads=threads,
            log_access=False,
            log_level=LogLevels.error,
        ).serve()
