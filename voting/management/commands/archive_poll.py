from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError
from django.utils import timezone

from voting.polls.archive_services import (
    archive_poll,
    check_poll_may_be_archived,
    erase_freed_space,
)
from voting.polls.errors import PollError
from voting.polls.exchange import contest_of, poll_of
from voting.polls.queries import is_archived, number_of_ballots, number_of_signals


class Command(BaseCommand):
    help = (
        "Cut the ballots of a contest whose result is final loose from their voters, and "
        "destroy the poll's key. Cannot be undone. Safe to run again after a crash. "
        "On PostgreSQL run it as the role that owns the tables."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--contest", required=True, metavar="SLUG")
        parser.add_argument(
            "--dry-run", action="store_true", help="Only say what would be done."
        )

    def handle(self, *args, contest: str, dry_run: bool, **options) -> None:
        now = timezone.now()
        try:
            poll = poll_of(contest_of(contest))
            if dry_run:
                check_poll_may_be_archived(poll, now=now)
                self.stdout.write(self.plan(poll))
                return
            archived = archive_poll(by=None, poll=poll, now=now)
            erase_freed_space()
        except PollError as error:
            raise CommandError(error.message) from error
        except ProgrammingError as error:
            raise CommandError(
                "这个数据库角色不能删除选票，什么都没有改变。请用迁移角色再运行一次。"
            ) from error
        except OperationalError as error:
            raise CommandError(
                "数据库没有做完最后一步。请再运行一次，已经做完的不会重做。"
            ) from error
        if archived.copied is None:
            self.stdout.write("选票早已归档，这一次确认密钥已经销毁。")
            return
        self.stdout.write(
            f"已归档 {archived.copied} 张选票，密钥已经销毁。受理号不再能查，"
            "收据上的二维码仍然能看到自己选了哪些。请让带有密钥的备份也按期销毁。"
        )

    def plan(self, poll) -> str:
        if is_archived(poll.pk):
            return "选票已经归档，只会再确认一次密钥已经销毁。这是预览，没有改动。"
        return (
            f"会把 {number_of_ballots(poll)} 张选票改存成不带投票人、不带时间、顺序随机的"
            f"归档选票，删除原来的选票和 {number_of_signals(poll)} 条旁证，销毁密钥。"
            "这一步不能撤回。这是预览，没有改动。"
        )
