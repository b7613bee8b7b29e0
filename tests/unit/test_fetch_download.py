"""Downloads against a server on loopback that misbehaves in every way a real one has been seen to."""

import fcntl
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pbc.errors import Fault, RefusedInput
from pbc_cli.download import CHUNK, Patience, download

BODY = bytes(range(256)) * 1024
SHA256 = hashlib.sha256(BODY).hexdigest()
HASTE = Patience(timeout_seconds=0.5, attempts=3, rest_seconds=0.01)


class Publisher(ThreadingHTTPServer):
    """Answers each request by the next behaviour of `plan`, and properly once the plan is used up."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.body, self.tag, self.has_ranges, self.tells_length = BODY, '"v1"', True, True
        self.plan: list[str] = []
        self.asked: list[dict[str, str]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/file.csv"


class Answer(BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        publisher = self.server
        publisher.asked.append(dict(self.headers))
        behaviour = publisher.plan.pop(0) if publisher.plan else "good"
        if behaviour.isdigit():
            self.send_error(int(behaviour))
        elif behaviour.startswith("moved to "):
            self.send_response(302)
            self.send_header("Location", behaviour.removeprefix("moved to "))
            self.end_headers()
        elif behaviour == "silence":
            publisher.silent.wait(5)  # type: ignore[attr-defined]
        else:
            self.send_body(cut=behaviour == "cut")

    def send_body(self, *, cut: bool) -> None:
        publisher = self.server
        begin = self.wanted_from() if publisher.has_ranges else 0
        if begin >= len(publisher.body):
            self.send_error(416)
            return
        rest = publisher.body[begin:]
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(publisher.body) - 1}/{len(publisher.body)}")
        if publisher.tag:
            self.send_header("ETag", publisher.tag)
        if publisher.tells_length:
            self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest[: len(rest) // 2] if cut else rest)

    def wanted_from(self) -> int:
        if self.headers.get("If-Range", self.server.tag) != self.server.tag:
            return 0
        return int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as server:
        server.silent = threading.Event()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.silent.set()  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


def fetch(publisher: Publisher, target: Path, **more: object) -> Path:
    return download(publisher.address, target, sha256=SHA256, patience=HASTE, **more)  # type: ignore[arg-type]


def beside(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir()) if target.parent.exists() else []


def test_download_puts_the_file_in_place_and_tells_how_far_it_is(publisher: Publisher, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    target = fetch(publisher, tmp_path / "new" / "file.csv", progress=lambda done, total: told.append((done, total)))
    assert target.read_bytes() == BODY
    assert beside(target) == ["file.csv"]
    assert told[-1] == (len(BODY), len(BODY))
    assert len(told) >= len(BODY) // CHUNK


@pytest.mark.parametrize("plan", [["cut"], ["cut", "cut"], ["503"], ["429", "cut"], ["silence"]])
def test_download_goes_on_after_a_fault_that_passes(publisher: Publisher, tmp_path: Path, plan: list[str]) -> None:
    publisher.plan = list(plan)
    assert fetch(publisher, tmp_path / "file.csv").read_bytes() == BODY
    assert len(publisher.asked) == len(plan) + 1
    assert beside(tmp_path / "file.csv") == ["file.csv"]


def test_download_asks_only_for_what_is_missing_of_the_same_version(publisher: Publisher, tmp_path: Path) -> None:
    publisher.plan = ["cut"]
    fetch(publisher, tmp_path / "file.csv")
    assert publisher.asked[1]["Range"] == f"bytes={len(BODY) // 2}-"
    assert publisher.asked[1]["If-Range"] == '"v1"'


def test_download_is_resumed_by_a_later_run(publisher: Publisher, tmp_path: Path) -> None:
    publisher.plan = ["cut", "503", "503"]
    with pytest.raises(Fault, match="did not give") as refusal:
        fetch(publisher, tmp_path / "file.csv")
    assert "503" in refusal.value.found
    assert beside(tmp_path / "file.csv") == ["file.csv.part", "file.csv.part.version"]
    assert fetch(publisher, tmp_path / "file.csv").read_bytes() == BODY
    assert publisher.asked[-1]["Range"] == f"bytes={len(BODY) // 2}-"


def test_download_cut_again_and_again_keeps_what_came_and_says_so(publisher: Publisher, tmp_path: Path) -> None:
    publisher.plan = ["cut"] * 3
    with pytest.raises(Fault, match="could not be fetched whole") as refusal:
        fetch(publisher, tmp_path / "file.csv")
    kept = (tmp_path / "file.csv.part").stat().st_size
    assert f"{kept:,} bytes are kept" in refusal.value.remedy
    assert kept > len(BODY) // 2
    assert not (tmp_path / "file.csv").exists()


@pytest.mark.parametrize("tag", ['"v1"', 'W/"v1"', ""])
def test_download_from_a_server_without_ranges_begins_again(publisher: Publisher, tmp_path: Path, tag: str) -> None:
    publisher.has_ranges, publisher.tag, publisher.plan = False, tag, ["cut"]
    assert fetch(publisher, tmp_path / "file.csv").read_bytes() == BODY


def test_download_begins_again_when_the_publisher_changed_the_file_between(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.plan = ["cut", "503", "503"]
    publisher.body, publisher.tag = b"older" * 50_000, '"v0"'
    with pytest.raises(Fault):
        fetch(publisher, tmp_path / "file.csv")
    publisher.body, publisher.tag = BODY, '"v1"'
    assert fetch(publisher, tmp_path / "file.csv").read_bytes() == BODY


@pytest.mark.parametrize("kept", [b"x" * 1000, b"x" * len(BODY), b"x" * (len(BODY) + 5), BODY[:-1], BODY])
def test_download_never_trusts_what_an_earlier_run_left(publisher: Publisher, tmp_path: Path, kept: bytes) -> None:
    (tmp_path / "file.csv.part").write_bytes(kept)
    publisher.tag = ""
    assert fetch(publisher, tmp_path / "file.csv").read_bytes() == BODY
    assert beside(tmp_path / "file.csv") == ["file.csv"]


def test_download_that_had_arrived_whole_asks_for_nothing_more(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / "file.csv.part").write_bytes(BODY)
    assert fetch(publisher, tmp_path / "file.csv", size_bytes=len(BODY)).read_bytes() == BODY
    assert publisher.asked == []


def test_download_of_a_body_without_a_length_is_judged_by_its_checksum(publisher: Publisher, tmp_path: Path) -> None:
    publisher.tells_length = False
    assert fetch(publisher, tmp_path / "file.csv").read_bytes() == BODY


@pytest.mark.parametrize("body", [BODY[:-1] + b"!", b"<html>moved</html>", b""])
def test_wrong_bytes_are_refused_and_nothing_is_kept(publisher: Publisher, tmp_path: Path, body: bytes) -> None:
    publisher.body = body or b"\0"
    with pytest.raises(RefusedInput, match=SHA256):
        fetch(publisher, tmp_path / "file.csv")
    assert beside(tmp_path / "file.csv") == []


def test_file_of_another_size_is_refused_before_it_is_fetched(publisher: Publisher, tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="another size"):
        fetch(publisher, tmp_path / "file.csv", size_bytes=len(BODY) - 1)
    assert beside(tmp_path / "file.csv") == []


def test_endless_body_is_stopped_at_the_size_of_the_file(publisher: Publisher, tmp_path: Path) -> None:
    publisher.tells_length = False
    with pytest.raises(RefusedInput, match="More arrived"):
        fetch(publisher, tmp_path / "file.csv", size_bytes=CHUNK)
    assert beside(tmp_path / "file.csv") == []


@pytest.mark.parametrize("answer", ["404", "403", "410"])
def test_refusal_of_the_server_is_told_at_once_and_not_tried_again(
    publisher: Publisher, tmp_path: Path, answer: str
) -> None:
    publisher.plan = [answer] * 3
    with pytest.raises(Fault, match="did not give the file") as refusal:
        fetch(publisher, tmp_path / "file.csv")
    assert answer in refusal.value.found
    assert len(publisher.asked) == 1
    assert beside(tmp_path / "file.csv") == []


def test_server_that_is_not_there_is_told_without_a_traceback(publisher: Publisher, tmp_path: Path) -> None:
    address = publisher.address
    publisher.server_close()
    with pytest.raises(Fault, match="could not be fetched"):
        download(address, tmp_path / "file.csv", sha256=SHA256, patience=HASTE)


@pytest.mark.parametrize("address", ["http://publisher.example/a", "ftp://127.0.0.1/a", "file:///etc/passwd", "a.csv"])
def test_address_that_could_be_tampered_with_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(RefusedInput, match="not safe"):
        download(address, tmp_path / "file.csv", sha256=SHA256)


def test_redirect_to_an_unsafe_address_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    publisher.plan = ["moved to http://publisher.example/file.csv"]
    with pytest.raises(RefusedInput, match=r"publisher\.example"):
        fetch(publisher, tmp_path / "file.csv")


def test_redirect_to_a_safe_address_is_followed(publisher: Publisher, tmp_path: Path) -> None:
    publisher.plan = [f"moved to {publisher.address}?elsewhere"]
    assert fetch(publisher, tmp_path / "file.csv").read_bytes() == BODY


def test_server_that_offers_no_range_of_an_unstarted_file_is_told(publisher: Publisher, tmp_path: Path) -> None:
    publisher.plan = ["416"]
    with pytest.raises(Fault, match="did not give the file"):
        fetch(publisher, tmp_path / "file.csv")


def test_file_already_there_is_accepted_if_right_and_left_alone_if_not(publisher: Publisher, tmp_path: Path) -> None:
    target = tmp_path / "file.csv"
    target.write_bytes(BODY)
    assert fetch(publisher, target) == target
    target.write_bytes(b"my own notes")
    with pytest.raises(RefusedInput, match="left alone"):
        fetch(publisher, target)
    assert target.read_bytes() == b"my own notes"
    assert publisher.asked == []


def test_second_fetch_of_a_file_in_progress_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    with (tmp_path / "file.csv.part").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Fault, match="Another pbc"):
            fetch(publisher, tmp_path / "file.csv")
