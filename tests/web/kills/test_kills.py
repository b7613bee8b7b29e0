"""The server is killed during an upload, an acceptance, a decision, a publication: what was answered stands, no e-mail twice."""

import contextlib
import http.client
import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.web.operations.places import new_place

pytestmark = pytest.mark.timeout(400)

KEEPER = Path(__file__).with_name("keeper.py")
FORM = "application/x-www-form-urlencoded"
EDGE = "edge-of-a-part"
BROKEN = (OSError, http.client.HTTPException)


class Service:
    """`pbc serve` in a place: one page server to kill, and the worker that sends e-mail."""

    def __init__(self, place: dict[str, str], port: int, process: "subprocess.Popen[Any]") -> None:
        self.place, self.port, self.process = place, port, process

    def keeper(self, *command: str) -> str:
        given = [sys.executable, str(KEEPER), *command]
        return subprocess.run(given, env=self.place, stdout=subprocess.PIPE, text=True, check=True, timeout=180).stdout

    def look(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.keeper("look"))
        return found

    def kill(self) -> None:
        for each in psutil.Process(self.process.pid).children():
            if "web_process" in " ".join(each.cmdline()):
                each.send_signal(signal.SIGKILL)

    def visitors(self, role: str, *codes: str) -> list["Visitor"]:
        return [Visitor(self, session) for session in self.keeper("sign_in", role, *codes).split()]

    def until_well(self) -> None:
        visitor = Visitor(self, "")
        until(lambda: visitor.tried("/healthy/") == 200)


class Visitor:
    """Somebody signed in, with a line of their own for each request."""

    def __init__(self, service: Service, session: str) -> None:
        self.service, self.cookies, self.proof = service, {"session": session}, ""

    def headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def line(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=60)

    def open(self, path: str) -> str:
        with contextlib.closing(self.line()) as line:
            line.request("GET", path, headers=self.headers())
            answer = line.getresponse()
            text = answer.read().decode()
        assert answer.status == 200, (path, answer.status)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        if found := re.search(r'csrfmiddlewaretoken" value="(\w+)"', text):
            self.proof = found[1]
        return text

    def tried(self, path: str, body: bytes | str = "", kind: str = FORM) -> int:
        """The status of an answer; 0 where none came."""
        with contextlib.closing(self.line()) as line, contextlib.suppress(*BROKEN):
            line.request("POST" if body else "GET", path, body or None, self.headers() | {"Content-Type": kind})
            return line.getresponse().status
        return 0


def until(found: Callable[[], Any]) -> Any:
    for _ in range(1200):
        if said := found():
            return said
        time.sleep(0.1)
    raise AssertionError("it never came")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("killed")
    with new_place(folder / "home", has_tables=True) as place:
        place["PYTHONPATH"] = f"{place.get('PYTHONPATH', '')}:{Path.cwd()}"
        place["PBC_EMAIL_BACKEND"] = "tests.web.kills.post.Post"
        subprocess.run([sys.executable, str(KEEPER), "fill"], env=place, check=True, timeout=180)
        with (folder / "log").open("w") as log:
            command = [sys.executable, "-m", "pbc_cli", "serve", "--workers", "1", "--port", "0"]
            process = subprocess.Popen(command, env=place, stderr=log, stdout=log)
        port = until(lambda: re.search(r"http://127.0.0.1:(\d+)/", (folder / "log").read_text()))
        yield Service(place, int(port[1]), process)
        process.terminate()
        assert process.wait(60) == 0


def killed_among(service: Service, deeds: list[Callable[[], int]]) -> list[bool]:
    """Do the deeds one after another, the server being killed amid the third or a later one; which were answered as done."""
    killer, answered = threading.Timer(0.05, service.kill), []
    for deed in deeds:
        if len(answered) == 2:  # not after a time: on a slow machine none would be done by then
            killer.start()
        answered.append(deed() == 302)
    killer.join()
    service.until_well()
    return answered


def part(name: str, value: str, more: str = "") -> str:
    return f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'


def upload_of(visitor: Visitor, *, rows: int) -> bytes:
    feed = re.search(r'name="feed"[^>]*value="(\d+)"', visitor.open("/deliveries/upload/"))
    assert feed
    file = part("file", "provider_code,spell_id\n" * rows, '; filename="out.csv"\r\nContent-Type: text/csv')
    fields = part("csrfmiddlewaretoken", visitor.proof) + part("feed", feed[1]) + part("period", "2009-09")
    return f"{fields}{file}--{EDGE}--\r\n".encode()


def rest_is_refused(line: http.client.HTTPConnection, rest: bytes) -> bool:
    try:
        line.send(rest)
        line.getresponse()
    except BROKEN:
        return True
    return False


def test_killed_during_an_upload_half_a_file_is_no_delivery(service: Service) -> None:
    [visitor], kind = service.visitors("information_manager", "ZP1"), f"multipart/form-data; boundary={EDGE}"
    assert visitor.tried("/deliveries/upload/", upload_of(visitor, rows=1_000), kind) == 302
    body = upload_of(visitor, rows=500_000)
    with contextlib.closing(visitor.line()) as line:
        line.putrequest("POST", "/deliveries/upload/")
        for name, value in (visitor.headers() | {"Content-Type": kind, "Content-Length": str(len(body))}).items():
            line.putheader(name, value)
        line.endheaders()
        line.send(body[: len(body) // 2])
        time.sleep(0.5)
        service.kill()
        assert rest_is_refused(line, body[len(body) // 2 :])
    service.until_well()
    found = service.look()
    assert (list(found["deliveries"].values()), found["folders"], found["chain"]) == ([True], 1, None)
    assert visitor.tried("/deliveries/upload/", upload_of(visitor, rows=1_000), kind) == 302
    assert list(service.look()["deliveries"].values()) == [True, True]


@pytest.mark.database
def test_killed_during_acceptances_each_is_agreed_and_told_or_neither(service: Service) -> None:
    offers = service.look()["offers"]
    chosen = dict(list(offers.items())[:8])
    codes = [code for code, *_ in chosen.values()]
    visitors = dict(zip(chosen, service.visitors("practice_manager", *codes), strict=True))
    for number, visitor in visitors.items():
        visitor.open(f"/budgets/offers/{number}/accept/")

    def accept(number: str, visitor: Visitor) -> int:
        body = f"csrfmiddlewaretoken={visitor.proof}&seen={number}:{offers[number][1]}"
        return visitor.tried(f"/budgets/offers/{number}/accept/", body)

    answered = killed_among(service, [lambda n=n, v=v: accept(n, v) for n, v in visitors.items()])  # type: ignore[misc]
    found = service.look()
    stood = {number: (found["offers"][number][2], found["deeds"].get(f"offer {number}", [])) for number in visitors}
    assert all(stood[number][0] == "accepted" for number, was in zip(visitors, answered, strict=True) if was)
    assert [each for each in stood.values() if (each[0] == "accepted") != ("accept_offer" in each[1])] == []
    assert (found["chain"], any(answered)) == (None, True)
    for (number, visitor), was in zip(visitors.items(), answered, strict=True):
        if not was:  # sent again, as a person does: done now, or refused because it was done
            assert accept(number, visitor) in (302, 409)
    again = service.look()
    assert {again["offers"][number][2] for number in visitors} == {"accepted"}
    assert {again["deeds"][f"offer {number}"].count("accept_offer") for number in visitors} == {1}


@pytest.mark.database
def test_killed_during_decisions_each_is_made_and_told_or_neither(service: Service) -> None:
    [visitor], codes = service.visitors("commissioning_manager", "ZP1"), list(service.look()["proposals"])
    visitor.open(f"/proposals/{codes[0]}/handle/decide/")
    body = f"csrfmiddlewaretoken={visitor.proof}&outcome=approved&reasons=It+meets+a+need."

    def decide(code: str) -> int:
        return visitor.tried(f"/proposals/{code}/handle/decide/", body)

    answered = killed_among(service, [lambda c=c: decide(c) for c in codes])  # type: ignore[misc]
    found = service.look()
    whole = [["submitted", [], [], False], ["approved", ["approved"], ["approved"], True]]
    stood = {
        code: [*row, "approve_proposal" in found["deeds"][f"proposal {code}"]]
        for code, row in found["proposals"].items()
    }
    assert [row for row in stood.values() if row not in whole] == []
    assert all(stood[code] == whole[1] for code, was in zip(codes, answered, strict=True) if was)
    assert (found["chain"], any(answered), len(codes)) == (None, True, 8)
    for code, was in zip(codes, answered, strict=True):
        if not was:  # sent again, as a person does: decided now, or refused because it was
            assert decide(code) in (302, 409)
    again = service.look()
    assert {str(row) for row in again["proposals"].values()} == {str(whole[1][:3])}
    assert {again["deeds"][f"proposal {code}"].count("approve_proposal") for code in codes} == {1}


def test_killed_during_publications_each_month_shows_whole_or_not_at_all(service: Service) -> None:
    [visitor], numbers = service.visitors("finance_manager", "ZP1"), list(service.look()["publications"])
    visitor.open("/account/")
    body = f"csrfmiddlewaretoken={visitor.proof}"
    answered = killed_among(
        service, [lambda n=n: visitor.tried(f"/statements/{n}/publish/", body) for n in numbers]  # type: ignore[misc]
    )  # fmt: skip
    found = service.look()
    stood = [(found["publications"][n], found["deeds"][f"publication {n}"]) for n in numbers]
    assert all(state == "published" for (state, _), was in zip(stood, answered, strict=True) if was)
    assert [each for each in stood if (each[0] == "published") != ("publish_statement" in each[1])] == []
    assert (found["chain"], any(answered)) == (None, True)


def test_no_e_mail_went_twice(service: Service) -> None:
    book = Path(service.place["PBC_HOME"]) / "post"
    until(lambda: set(service.look()["letters"]) == {"sent"})
    assert [line for line, times in Counter(book.read_text().splitlines()).items() if times > 1] == []
    assert book.read_text()
