"""`pbc serve`, for real, over HTTPS: headers, cookies, static files, one-line logs; killed in the middle, all or nothing."""

import http.client
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.web.operations.places import new_place, run, scribe

pytestmark = pytest.mark.timeout(900)


@dataclass(frozen=True)
class Answer:
    """What a page answered."""

    status: int
    headers: http.client.HTTPMessage
    text: str


class Service:
    """A service that runs, and a line to it that keeps cookies."""

    def __init__(self, place: dict[str, str], port: int, process: "subprocess.Popen[Any]", log: Path) -> None:
        self.place, self.port, self.process, self.log = place, port, process, log
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, *, body: str = "", **headers: str) -> Answer:
        trusting = ssl._create_unverified_context()
        line = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=trusting)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Referer": self.address,
        }
        if body:
            named["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(line):
            line.request("POST" if body else "GET", path, body or None, named)
            answer = line.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode("utf-8", "replace"))

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}/"

    def children(self, kind: str) -> list[psutil.Process]:
        return [each for each in psutil.Process(self.process.pid).children() if kind in " ".join(each.cmdline())]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("served")
    certify = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    paths = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run([*certify, *paths], check=True, capture_output=True)
    with new_place(folder / "home") as place:
        place["PBC_HTTPS"] = "yes"
        scribe(place, "fill")
        given = [
            "--certificate",
            str(folder / "certificate.pem"),
            "--certificate-key",
            str(folder / "key.pem"),
            "--port",
            "0",
        ]
        with (folder / "log").open("w") as log:
            command = [sys.executable, "-m", "pbc_cli", "serve", "--workers", "2", *given]
            process = subprocess.Popen(command, env=place, stderr=log, stdout=log)
        port = _until(lambda: re.search(r"https://127.0.0.1:(\d+)/", (folder / "log").read_text()))
        yield Service(place, int(port[1]), process, folder / "log")
        process.terminate()
        assert process.wait(60) == 0


def _until(found: Any) -> Any:
    for _ in range(1800):
        said = found()
        if said:
            return said
        time.sleep(0.1)
    raise AssertionError("it never came")


def test_every_answer_carries_the_headers_that_protect_it(service: Service) -> None:
    first, second = service.ask("/account/login/"), service.ask("/account/login/")
    sent = {name.lower(): value for name, value in first.headers.items()}
    assert sent["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload"
    assert sent["x-content-type-options"] == "nosniff"
    assert sent["referrer-policy"] == "same-origin"
    assert sent["cross-origin-opener-policy"] == "same-origin"
    assert sent["x-frame-options"] == "DENY"
    assert "camera=()" in sent["permissions-policy"]
    assert "server" not in sent
    policy = sent["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    nonces = [re.search(r"'nonce-([^']+)'", each.headers["Content-Security-Policy"]) for each in (first, second)]
    assert nonces[0]
    assert nonces[1]
    assert nonces[0][1] != nonces[1][1]
    assert f'nonce="{nonces[0][1]}"' in first.text


def test_cookies_are_of_this_host_alone_and_out_of_reach_of_script(service: Service) -> None:
    cookie = service.ask("/account/login/").headers["Set-Cookie"]
    assert cookie.startswith("__Host-csrf=")
    assert all(part in cookie for part in ("; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"))
    assert "Domain" not in cookie


def test_a_page_asked_for_in_the_clear_or_by_another_name_is_not_served(service: Service) -> None:
    assert service.ask("/account/login/", Host="example.invalid").status == 400
    line = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
    line.request("GET", "/account/login/")
    with closing(line), pytest.raises((http.client.HTTPException, OSError)):
        line.getresponse()


def test_static_files_are_compressed_and_kept_for_ever(service: Service) -> None:
    page = service.ask("/accessibility/").text
    styles = re.search(r"/static/pbc/pbc\.[0-9a-f]{12}\.js", page)
    assert styles
    answer = service.ask(styles[0], Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert answer.headers["Access-Control-Allow-Origin"] is None


def test_the_first_administrator_comes_in_by_the_address_printed_and_no_log_keeps_it(service: Service) -> None:
    told = run(service.place, "add-person", "first@example.invalid", "--name", "First")
    assert (told.returncode, told.stderr) == (0, "")
    path = "/" + told.stdout.strip().split("/", 3)[3]
    answer = service.ask(path)
    assert (answer.status, "Administrator" in answer.text) == (200, True)
    _until(lambda: "/invitation/<str:token>/ 200" in service.log.read_text())
    assert path.split("/")[2] not in service.log.read_text()
    for more, said in (["--role", "king"], "no such role"), (["--organisation", "ZZZ"], "no organisation of this code"):
        refused = run(service.place, "add-person", "x@example.invalid", "--name", "X", *more)
        assert (refused.returncode, said in refused.stderr) == (1, True)


def test_the_clock_goes_round_once_by_hand(service: Service) -> None:
    done = run(service.place, "tick")
    assert (done.returncode, done.stdout[:6] in ("Looked", "Anothe")) == (0, True)


def test_the_settings_are_clean_for_deployment(service: Service) -> None:
    given = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    env = service.place | {"DJANGO_SETTINGS_MODULE": "pbc_web.config.settings"}
    checked = subprocess.run(given, env=env, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr.count("WARNINGS")) == (0, 0), checked.stderr


@pytest.mark.database
def test_killed_in_the_middle_of_what_people_do_all_or_nothing_stands(service: Service) -> None:
    for worker in service.children("pbc_cli work"):
        worker.suspend()  # so that the runs wait to be stopped by people
    numbers = scribe(service.place, "ask_for", "30").split()
    service.cookies = {"__Host-session": scribe(service.place, "sign_in")}
    page = service.ask(f"/runs/{numbers[0]}/")
    proof = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert proof
    service.cookies["__Host-csrf"] = page.headers["Set-Cookie"].split(";")[0].partition("=")[2]
    acknowledged = []
    killer = threading.Timer(
        0.05, lambda: [each.send_signal(signal.SIGKILL) for each in service.children("web_process")]
    )
    for number in numbers:
        try:
            if service.ask(f"/runs/{number}/stop/", body=f"csrfmiddlewaretoken={proof[1]}").status == 302:
                acknowledged.append(number)
        except (OSError, http.client.HTTPException):
            pass
        if len(acknowledged) == 3 and not killer.ident:  # however slow the machine, it comes amid what is acknowledged
            killer.start()
    killer.join()
    assert _until(lambda: len(service.children("web_process")) == 2)  # started again
    assert [service.ask(path).status for path in ("/healthy/", "/static/pbc/pbc.js")] == [200, 200]
    *runs, end = scribe(service.place, "look_at_runs").splitlines()
    stood = {run.split()[0]: run.split()[1:] for run in runs}
    assert {tuple(stood[number]) for number in acknowledged} == {("cancelled", "0", "-", "ask_for_run", "cancel_run")}
    half_done = [each for each in stood.values() if (each[0] == "cancelled") != ("cancel_run" in each)]
    assert (half_done, "chain None" in end) == ([], True)
    for worker in service.children("pbc_cli work"):
        worker.resume()


def test_children_of_a_killed_parent_end_by_themselves(tmp_path: Path) -> None:
    with new_place(tmp_path / "home") as place:
        command = [sys.executable, "-m", "pbc_cli", "serve", "--workers", "1", "--port", "0"]
        with subprocess.Popen(command, env=place, stderr=subprocess.DEVNULL) as parent:
            try:
                children = _until(
                    lambda: (found := psutil.Process(parent.pid).children()) and len(found) == 2 and found
                )
                time.sleep(0.5)
            finally:
                parent.kill()
        gone, alive = psutil.wait_procs(children, timeout=60)
        assert (len(gone), alive) == (2, [])


@pytest.mark.parametrize(
    "given, said",
    [
        (["--host", "0.0.0.0"], "served over HTTPS alone"),
        (["--certificate", __file__], "go together"),
        (
            ["--host", "192.0.2.1", "--certificate", __file__, "--certificate-key", __file__],
            "Nothing can be served there",
        ),
    ],
)
def test_what_serve_refuses_in_words(given: list[str], said: str, tmp_path: Path) -> None:
    with new_place(tmp_path / "home") as place:
        refused = run(place, "serve", "--port", "0", *given)
        assert (refused.returncode, said in refused.stderr) == (1, True)
