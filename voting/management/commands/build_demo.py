from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.utils import timezone

from showcase.contests.models import Contest
from voting.sample.services import build_sample
from voting.sample.timetable import DemoStage


class Command(BaseCommand):
    help = "Fill an empty database with the sample contest. `manage.py demo` calls it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stage", type=DemoStage, default=DemoStage.POLL)

    def handle(self, *args, stage: DemoStage, **options) -> None:
        self._tell("数据库")
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        if Contest.objects.exists():
            self._tell("样例已经在这个数据库里，没有改动。")
            return
        self._forgo_durability()
        build_sample(stage=stage, now=timezone.now(), tell=self._tell)

    def _forgo_durability(self) -> None:
        """A demo that breaks off while it is built is built again from a new file."""
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=OFF")
                cursor.execute("PRAGMA wal_autocheckpoint=50000")

    def _tell(self, text: str) -> None:
        self.stdout.write(f"  {text}")
        self.stdout.flush()
