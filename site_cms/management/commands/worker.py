import signal
import threading

from django.core.management.base import BaseCommand, CommandError, CommandParser

from site_cms.worker import SECONDS_BETWEEN_ROUNDS, run_round, run_until


class Command(BaseCommand):
    help = "Do what happens by itself when its time has come. Stop it with SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="One round, then stop.")
        parser.add_argument("--seconds", type=float, default=SECONDS_BETWEEN_ROUNDS)

    def handle(self, *args, once: bool, seconds: float, **options) -> None:
        if once:
            if failed := run_round():
                raise CommandError(f"{failed} 项工作没有完成，原因在日志里。")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("工作循环已开始。")
        self.stdout.flush()
        run_until(stop, seconds=seconds)
