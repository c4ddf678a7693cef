from datetime import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from showcase.contests.models import Contest
from site_cms.refusals import Refusal
from voting.integrity.bundle_errors import NotPublicYet
from voting.integrity.bundle_queries import Plan, plan_bundle
from voting.integrity.log_bundle import keep_bundle, write_bundle
from voting.polls.exchange import contest_of
from voting.results.audit_bundle import check_result
from voting.results.audit_errors import NothingComputed
from voting.results.queries import latest_computation, publication_of

STEP = 100_000


class Command(BaseCommand):
    help = (
        "Write everything a released result was made of as a zip from which verify.py works "
        "it out again; or check a result that is not released. Safe to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contest", metavar="SLUG")
        parser.add_argument("file", type=Path, nargs="?", metavar="OUT.zip")
        parser.add_argument(
            "--check",
            action="store_true",
            help="Have verify.py work out the latest computation, as the worker does; "
            "what it was checked from is not kept.",
        )
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
        check: bool,
        keep: bool,
        dry_run: bool,
        **options,
    ) -> None:
        if not (file or check or keep or dry_run):
            raise CommandError(
                "请写明存到哪个文件，或者用 --keep 存到公开下载的地方，或者用 --check 只核对。"
            )
        now = timezone.now()
        try:
            wanted = contest_of(contest)
            if dry_run:
                self.stdout.write(_in_words(_released(wanted, now), now))
                self.stdout.write("这是预览，没有写文件。")
                return
            if check:
                self.check_latest(wanted, now)
            if keep:
                _released(wanted, now)
                kept = keep_bundle(contest=wanted, now=now, tell=self.tell)
                self.stdout.write(f"已写好 {kept.path}，verify.py 核对一致。")
            if file:
                _released(wanted, now)
                plan = write_bundle(contest=wanted, path=file, now=now, tell=self.tell)
                self.stdout.write(_in_words(plan, now))
                self.stdout.write(f"已写好 {file}，verify.py 核对一致。")
        except Refusal as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"写不了文件：{error}") from error

    def check_latest(self, contest: Contest, now: datetime) -> None:
        computation = latest_computation(contest)
        if computation is None:
            raise NothingComputed
        check = check_result(computation=computation, now=now, tell=self.tell)
        self.stdout.write(f"核对包 SHA-256 {check.bundle_sha256}")
        self.stdout.write(check.said)
        if not check.agrees:
            raise CommandError("核对程序算出来的不一样，这个结果不能确定。")

    def tell(self, done: int, of: int) -> None:
        if done == of or done // STEP > self.said:
            self.said = done // STEP
            self.stdout.write(f"  {done} / {of} 项选择")

    said = 0


def _released(contest: Contest, now: datetime) -> Plan:
    """What would be written, if there is a result that everybody may see."""
    if publication_of(contest, now=now) is None:
        raise NotPublicYet
    return plan_bundle(contest, now=now)


def _in_words(plan: Plan, now: datetime) -> str:
    publication = publication_of(plan.contest, now=now)
    return (
        f"{publication}：{plan.entries.count()} 条日志，{plan.head.size} 片叶，"
        f"{plan.picks} 项选择。"
    )
