from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from voting.replays.checks import UnreadableFile
from voting.replays.report import replay_folder, table


class Command(BaseCommand):
    help = "Run published contests through the rules and compare every mark, total and rank."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", type=Path, help="Folder with the published CSV files."
        )

    def handle(self, *args, folder: Path, **options) -> None:
        try:
            checks = replay_folder(folder)
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        self.stdout.write(table(checks))
        if any(check.is_bad for check in checks):
            raise CommandError("The rules do not reproduce every published value.")
