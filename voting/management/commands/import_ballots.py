import hashlib
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from showcase.contests.errors import ContestError
from showcase.contests.models import Contest
from voting.polls import pabulib
from voting.polls.errors import PollError
from voting.polls.exchange import (
    Report,
    contest_of,
    create_practice_contest,
    entries_of,
    import_ballots,
    poll_of,
)
from voting.polls.queries import opened_poll

STEP = 1_000


class Command(BaseCommand):
    help = (
        "Add the ballots of a Pabulib file to a practice contest. Safe to run again: "
        "the same file adds nothing twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--contest", required=True, metavar="SLUG")
        parser.add_argument(
            "--create",
            action="store_true",
            help="Make the contest, its units, entries and poll from the file if there is none.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Only read and check."
        )

    def handle(
        self, *args, file: Path, contest: str, create: bool, dry_run: bool, **options
    ) -> None:
        try:
            self._import(file, contest, create=create, dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"读不到文件：{error}") from error
        except UnicodeDecodeError as error:
            raise CommandError("文件不是 UTF-8 文本，没有读。") from error
        except (PollError, ContestError) as error:
            raise CommandError(error.message) from error
        except ValidationError as error:
            raise CommandError("".join(error.messages)) from error

    def _import(self, path: Path, slug: str, *, create: bool, dry_run: bool) -> None:
        content = path.read_bytes()
        file = pabulib.read(content.decode("utf-8"))
        repeating = sum(bool(vote.repeated) for vote in file.votes)
        self.stdout.write(
            f"{path.name}：{len(file.projects)} 个项目，{len(file.votes)} 张选票，"
            f"每张最多 {file.picks_max} 个，{repeating} 张把同一个项目写了两次以上。"
        )
        now = timezone.now()
        known = Contest.objects.filter(slug=slug).first()
        if dry_run:
            if known or not create:
                entries_of(file, opened_poll(poll_of(known or contest_of(slug))))
            self.stdout.write("只检查，没有导入。")
            return
        contest = (
            create_practice_contest(by=None, slug=slug, file=file, now=now)
            if create and known is None
            else contest_of(slug)
        )
        self._tell(
            import_ballots(
                by=None,
                contest=contest,
                file=file,
                digest=hashlib.sha256(content).hexdigest()[:16],
                now=now,
                progress=lambda done: self._progress(done, len(file.votes)),
            )
        )

    def _progress(self, done: int, every: int) -> None:
        if done % STEP == 0 or done == every:
            self.stdout.write(f"  {done} / {every}")

    def _tell(self, report: Report) -> None:
        self.stdout.write(f"新增 {report.added} 张，早已导入 {report.known} 张。")
        for vote in report.repeating:
            twice = "，".join(
                f"{item} 多写 {times} 次" for item, times in vote.repeated.items()
            )
            self.stdout.write(f"选票 {vote.voter}：{twice}，只计一次。")
        if not report.checked:
            self.stdout.write(
                "活动里还有别的选票，或者测评还没有截止，没有和文件公布的票数核对。"
            )
            return
        for each in report.differences:
            because = "正好是重复写的" if each.is_explained else "原因不明"
            self.stdout.write(
                f"项目 {each.project.id}：文件公布 {each.project.published}，"
                f"计得 {each.counted}，差 {each.project.published - each.counted}，{because}。"
            )
        unexplained = [each for each in report.differences if not each.is_explained]
        if unexplained:
            raise CommandError(
                f"有 {len(unexplained)} 个项目的票数和文件公布的不一样。"
            )
        self.stdout.write(
            self.style.SUCCESS("其余每个项目的票数都和文件公布的一样。")
            if report.differences
            else self.style.SUCCESS("每个项目的票数都和文件公布的一样。")
        )
