from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from voting.polls.errors import PollError
from voting.polls.exchange import contest_of, export_ballots

STEP = 10_000


class Command(BaseCommand):
    help = "Write the ballots of a practice contest whose poll has closed as a Pabulib file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contest", metavar="SLUG")
        parser.add_argument("file", type=Path)

    def handle(self, *args, contest: str, file: Path, **options) -> None:
        try:
            lines = export_ballots(contest=contest_of(contest), now=timezone.now())
            with file.open("x", encoding="utf-8", newline="\n") as out:
                for number, line in enumerate(lines, start=1):
                    out.write(line)
                    if number % STEP == 0:
                        self.stdout.write(f"  {number} 行")
        except FileExistsError as error:
            raise CommandError(
                f"{file} 已经有了，没有覆盖它。请换一个文件名。"
            ) from error
        except OSError as error:
            raise CommandError(f"写不了文件：{error}") from error
        except PollError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"已写入 {file}，共 {number} 行。")
