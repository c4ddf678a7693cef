from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from site_cms.refusals import Refusal
from voting.integrity.bundle_queries import Plan, plan_bundle
from voting.integrity.log_bundle import keep_bundle, write_bundle
from voting.polls.exchange import contest_of

STEP = 100_000


class Command(BaseCommand):
    help = (
        "Write the public log of a contest as a zip that verify.py checks: with the picks "
        "opened once that is allowed, with leaf hashes before. Safe to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contest", metavar="SLUG")
        parser.add_argument("file", type=Path, nargs="?", metavar="OUT.zip")
        parser.add_argument(
            "--keep",
            action="store_true",
            help="Make the zip that everybody may fetch, as the worker does.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Only say what would be written."
        )

    def handle(
        self,
        *args,
        contest: str,
        file: Path | None,
        keep: bool,
        dry_run: bool,
        **options,
    ) -> None:
        if (file is None) != (keep or dry_run) and not (keep and dry_run):
            raise CommandError("请写明存到哪个文件，或者用 --keep 存到公开下载的地方。")
        now = timezone.now()
        try:
            wanted = contest_of(contest)
            if dry_run:
                self.stdout.write(_in_words(plan_bundle(wanted, now=now)))
                self.stdout.write("这是预览，没有写文件。")
            elif keep:
                kept = keep_bundle(contest=wanted, now=now, tell=self.tell)
                self.stdout.write(f"已写好 {kept.path}，verify.py 核对一致。")
            else:
                plan = write_bundle(contest=wanted, path=file, now=now, tell=self.tell)
                self.stdout.write(_in_words(plan))
                self.stdout.write(f"已写好 {file}，verify.py 核对一致。")
        except Refusal as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"写不了文件：{error}") from error

    def tell(self, done: int, of: int) -> None:
        if done == of or done // STEP > self.said:
            self.said = done // STEP
            self.stdout.write(f"  {done} / {of} 项选择")

    said = 0


def _in_words(plan: Plan) -> str:
    opened = "选票公开" if plan.is_opened else "选票还没有公开，只有散列值"
    return (
        f"{plan.contest}：{plan.entries.count()} 条，{plan.head.size} 片叶，"
        f"{plan.picks} 项选择，{opened}。"
    )
