"""An outside witness, at a server that is honest and at several that lie."""

import json
import subprocess
import sys
from base64 import b64encode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlparse

import pytest

from tests.voting.verify.bundles import (
    LogBook,
    key_of,
    some_ballots,
    with_sums,
    write_zip,
)
from voting import verify
from voting.rules.merkle import consistency_path, nodes_of
from voting.verify import NoAnswer, Refused, Witness, check_bundle, source_at


class Server:
    """Serves a log as the site does. Tests swap ``log``, or break the answers."""

    def __init__(self, log: LogBook):
        self.log, self.failing, self.answers = log, False, {}
        self.asked = []

    def answer(self, address: str) -> bytes | None:
        found = urlparse(address)
        name = found.path.removeprefix("/log/linxi/")
        self.asked.append(name)
        if self.failing:
            return None
        if name in self.answers:
            return self.answers[name]
        if name == "checkpoint":
            return self.log.notes[-1].encode()
        if name == "head.json":
            return json.dumps(
                {
                    "origin": self.log.origin,
                    "public_key": b64encode(self.log.public_key).decode(),
                }
            ).encode()
        if name == "consistency.json":
            asked = {key: int(value[0]) for key, value in parse_qs(found.query).items()}
            first, second = asked["first"], asked["second"]
            path = consistency_path(first, second, nodes_of(self.log.leaves))
            return json.dumps(
                asked | {"path": [b64encode(each).decode() for each in path]}
            ).encode()
        return None


@contextmanager
def serving(server: Server):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            data = server.answer(self.path)
            self.send_response(200 if data is not None else 503)
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, *_):
            """Quiet."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}/log/linxi/"
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def begun(key: str = "log") -> LogBook:
    log = LogBook(key=key_of(key))
    log.say("rule_sheet")
    log.open()
    log.sign()
    return log


def grown(log: LogBook, batches: int = 1) -> LogBook:
    for _ in range(batches):
        log.seal(some_ballots(25, start=len(log.ballots)))
        log.sign()
    return log


@pytest.fixture
def server():
    return Server(begun())


@pytest.fixture
def address(server):
    with serving(server) as address:
        yield address


@pytest.fixture
def witness(address, tmp_path):
    return Witness(address, tmp_path / "state.jsonl", pause=0)


def again(witness) -> Witness:
    """The same witness after a restart."""
    other = Witness(witness._address, witness._state, pause=0)
    other.remember()
    return other


def lines(witness) -> list[dict]:
    text = Path(witness._state).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def alarm(witness) -> str:
    """What it shouts, which must stand in its record as well."""
    with pytest.raises(Refused) as refused:
        witness.look()
    assert lines(witness)[-1]["alarm"]["check"] == refused.value.check
    return refused.value.check


def test_every_head_is_remembered_once(server, witness):
    assert witness.look().size == 2
    assert witness.look() is None
    grown(server.log)
    assert witness.look().ballots == 25
    grown(server.log, 3)
    assert witness.look().ballots == 100

    first, *heads = lines(witness)
    assert first["origin"] == server.log.origin
    assert [each["note"] for each in heads] == [
        server.log.notes[place] for place in (0, 1, 4)
    ]


def test_after_a_restart_it_goes_on_from_its_record(server, witness):
    witness.look()
    grown(server.log)
    other = again(witness)

    assert other.look().ballots == 25
    assert "head.json" not in server.asked[2:]


def test_a_line_that_a_crash_cut_off_is_written_again(server, witness):
    witness.look()
    grown(server.log)
    witness.look()
    path = Path(witness._state)
    path.write_bytes(path.read_bytes()[:-40])

    other = again(witness)

    assert other.last.size == 2
    assert other.look().ballots == 25
    assert [each.get("note") for each in lines(witness)][1:] == server.log.notes


def test_two_heads_of_one_size_are_a_split(server, witness):
    grown(server.log)
    witness.look()
    server.log = grown(begun())
    server.log.sign(root=bytes(32))

    assert alarm(witness) == "split"


def test_an_older_leaf_that_was_rewritten_shows(server, witness):
    grown(server.log)
    witness.look()
    server.log.texts[0] = server.log.texts[0].replace("12:00", "12:01")
    grown(server.log)

    assert alarm(witness) == "rewritten"


def test_a_log_that_was_truncated_shows(server, witness):
    grown(server.log, 2)
    witness.look()
    server.log.notes.pop()

    assert alarm(witness) == "shrunk"
    assert server.asked.count("checkpoint") == 1 + 1 + verify.PATIENCE


def test_a_log_that_was_truncated_and_grew_again_shows(server, witness):
    grown(server.log, 2)
    witness.look()
    server.log = grown(grown(begun()), 3)
    server.log.texts[-2] = server.log.texts[-2].replace("ballots", "notices")
    server.log.behind[2].reverse()
    server.log.sign(size=len(server.log.leaves))

    assert alarm(witness) == "rewritten"


def test_another_key_shows(server, witness):
    witness.look()
    server.log = grown(begun("other"))

    assert alarm(witness) == "key-id"


def test_a_signature_that_is_wrong_shows(server, witness):
    witness.look()
    note = grown(server.log).notes[-1]
    server.answers["checkpoint"] = note.replace("ballots 25", "ballots 26").encode()

    assert alarm(witness) == "signature"


def test_a_smaller_head_from_some_cache_is_asked_for_again(server, witness):
    grown(server.log)
    witness.look()
    old, new = server.log.notes[-2:]
    answers = iter([old.encode(), old.encode(), new.encode()])
    server.answer = lambda _: next(answers)

    assert witness.look() is None


def test_after_an_alarm_it_does_not_go_on_as_if_nothing_had_been(server, witness):
    witness.look()
    server.log = grown(begun("other"))
    alarm(witness)

    with pytest.raises(Refused) as refused:
        again(witness)
    assert refused.value.check == "alarm"


@pytest.mark.parametrize(
    "answers",
    [
        {"checkpoint": b"<html>"},
        {"checkpoint": b"\xff"},
        {"checkpoint": b""},
        {"checkpoint": b"x" * (verify.MOST_BYTES + 1)},
        {"consistency.json": b"[]"},
        {"consistency.json": b"<html>"},
    ],
    ids=str,
)
def test_what_is_no_answer_is_no_alarm(server, witness, answers):
    witness.look()
    grown(server.log)
    server.answers = dict(answers)

    with pytest.raises(NoAnswer):
        witness.look()
    server.answers = {}
    assert witness.look().ballots == 25


def test_a_proof_that_is_refused_is_no_proof(server, witness):
    witness.look()
    grown(server.log)
    server.answers["consistency.json"] = b'{"path":["AAAA"]}'

    assert alarm(witness) == "rewritten"


def test_who_never_proves_that_a_new_head_goes_on_is_not_believed(server, witness):
    witness.look()
    grown(server.log)
    server.answers["consistency.json"] = b"<html>"
    for _ in range(verify.PATIENCE):
        with pytest.raises(NoAnswer):
            witness.look()

    assert alarm(witness) == "unproved"


def test_a_server_that_is_away_is_waited_for(server, witness):
    witness.look()
    server.failing = True
    with pytest.raises(NoAnswer):
        witness.look()
    server.failing = False
    grown(server.log)

    assert witness.look().ballots == 25


def test_the_key_that_was_given_is_the_one_that_is_believed(server, address, tmp_path):
    other = key_of("other").public_key().public_bytes_raw()
    witness = Witness(address, tmp_path / "other.jsonl", key=other)

    assert alarm(witness) == "key-id"
    own = Witness(address, tmp_path / "own.jsonl", key=server.log.public_key)
    assert own.look().size == 2


def test_a_record_under_another_key_is_not_taken_up(server, witness):
    witness.look()
    other = Witness(
        witness._address,
        witness._state,
        key=key_of("other").public_key().public_bytes_raw(),
    )

    with pytest.raises(Refused) as refused:
        other.remember()
    assert refused.value.check == "key-changed"


@pytest.mark.parametrize(
    "line", [b"x\n", b'{"note":7}\n', b'{"note":"x"}\n', b'{"public_key":7}\n'], ids=str
)
def test_a_record_that_was_spoilt_is_refused(witness, line):
    witness.look()
    path = Path(witness._state)
    path.write_bytes(path.read_bytes() + line)

    with pytest.raises(Refused):
        again(witness)


def test_the_record_checks_a_bundle(server, witness, tmp_path):
    grown(server.log)
    witness.look()
    grown(server.log)
    witness.look()
    server.log.close()
    server.log.sign()
    path = write_zip(with_sums(server.log.files()), tmp_path / "bundle.zip")
    other = grown(begun("log"), 1)
    other.say("notice")
    other.sign()
    lie = write_zip(with_sums(other.files(opened=False)), tmp_path / "lie.zip")

    found = check_bundle(source_at(path), remembered=witness._state)

    assert found["remembered"] == 2
    with pytest.raises(Refused) as refused:
        check_bundle(source_at(lie), remembered=witness._state)
    assert (refused.value.check, refused.value.file) == ("truncated", "state.jsonl")


def test_the_record_of_an_alarm_refuses_the_bundle_that_hides_it(
    server, witness, tmp_path
):
    log = grown(server.log)
    witness.look()
    log.sign(root=bytes(32))
    alarm(witness)
    log.notes.pop()
    log.close()
    log.sign()
    path = write_zip(with_sums(log.files()), tmp_path / "bundle.zip")

    with pytest.raises(Refused) as refused:
        check_bundle(source_at(path), remembered=witness._state)
    assert (refused.value.check, refused.value.line) == ("two-faces", 3)


def test_the_record_of_an_alarm_about_another_key_says_nothing_of_this_log(
    server, witness, tmp_path
):
    log = server.log
    witness.look()
    server.log = begun("other")
    alarm(witness)
    grown(log).close()
    log.sign()
    path = write_zip(with_sums(log.files()), tmp_path / "bundle.zip")

    assert check_bundle(source_at(path), remembered=witness._state)["remembered"] == 1


def command(*words, **options):
    return subprocess.run(
        [sys.executable, "-I", "-S", verify.__file__, "follow", *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        **options,
    )


def test_the_command_once_says_what_it_saw(server, address, tmp_path):
    state = tmp_path / "state.jsonl"

    first = command(address, "--state", state, "--once")
    second = command(address.rstrip("/"), "--state", state, "--once")
    server.log = grown(begun("other"))
    third = command(address, "--state", state, "--once")
    server.failing = True
    fourth = command(address, "--state", tmp_path / "new.jsonl", "--once")

    assert [each.returncode for each in (first, second, third, fourth)] == [0, 0, 1, 3]
    assert "新 new  2  " in first.stdout
    assert "没有变 same  2  " in second.stdout
    assert third.stdout.startswith("拒绝 REFUSED\n")
    assert "没有得到回答" in fourth.stdout


def test_the_command_goes_on_until_something_is_wrong(server, address, tmp_path):
    program = subprocess.Popen(
        [
            *(sys.executable, "-I", "-S", verify.__file__, "follow", address),
            *("--state", tmp_path / "state.jsonl", "--every", "0.05"),
        ],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        assert "新 new" in program.stdout.readline()
        server.failing = True
        while "没有得到回答" not in program.stdout.readline():
            assert program.poll() is None
        server.log, server.failing = begun("other"), False
        rest, _ = program.communicate(timeout=30)
    finally:
        program.kill()

    assert program.returncode == 1
    assert "是用另一把密钥签的" in rest


def test_nothing_but_the_web_is_asked(tmp_path):
    state = tmp_path / "state.jsonl"

    for address in ("file:///etc/hostname", "ftp://127.0.0.1/log/", "nowhere"):
        assert command(address, "--state", state, "--once").returncode == 2
    assert not state.exists()
