"""The demonstration opens to this machine alone, once, on a database of its own; signing in by role exists nowhere else."""

import http.client
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse

from pbc.errors import RefusedInput
from pbc_web.config.demonstrating import make_database, prepare
from pbc_web.config.demonstration_door import is_from_here, require_mark
from pbc_web.config.demonstration_mark import is_marked, refuse_demonstration

SERVER = Path(__file__).with_name("server.py")
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if name != "DATABASE_URL" and not name.startswith(("PBC_", "DJANGO_"))
}


class Visitor:
    """A browser as plain as can be: it keeps cookies and sends the headers it is told."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, {}  # type: ignore[var-annotated]

    def ask(self, path: str, *, method: str = "GET", body: str = "", **headers: str) -> tuple[int, str, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            named["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body:
            named["Content-Type"] = "application/x-www-form-urlencoded"
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request(method, path, body or None, named)
        answer = line.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        told = answer.read().decode()
        line.close()
        return answer.status, told, answer.headers.get("Location", "")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int, list[str]]]:
    """The folder, port and tokens printed so far of a demonstration that runs."""
    folder = tmp_path_factory.mktemp("demonstration")
    command = [sys.executable, str(SERVER), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=CLEAN) as running:
        try:
            assert running.stdout is not None
            found = re.search(r"http://127.0.0.1:(\d+)/demonstration/enter/([\w-]+)/", running.stdout.readline())
            assert found
            yield folder, int(found[1]), [found[2]]
            running.terminate()
            running.communicate(timeout=60)
        finally:
            running.kill()


@pytest.fixture
def visitor(served: tuple[Path, int, list[str]]) -> Visitor:
    return Visitor(served[1])


def test_nothing_opens_without_the_token(visitor: Visitor) -> None:
    assert [visitor.ask(path)[0] for path in ("/", "/demonstration/", "/account/login/", "/nowhere/")] == [403] * 4
    assert visitor.ask("/demonstration/enter/guessed/")[0] == 404


@pytest.mark.parametrize(
    "header",
    ["X_Forwarded_For", "X_Forwarded_Host", "X_Forwarded_Proto", "Forwarded", "Via", "X_Real_IP", "X_Original_URL"],
)
def test_whoever_is_passed_on_is_refused_everywhere(visitor: Visitor, header: str) -> None:
    status, told, _ = visitor.ask("/static/pbc/pbc.js", **{header: "127.0.0.1"})
    assert (status, told) == (403, "The demonstration answers this machine alone.\n")


@pytest.mark.parametrize("host", ["example.invalid", "127.0.0.1.example.invalid", "10.0.0.1"])
def test_a_name_that_is_not_this_machines_is_refused(visitor: Visitor, host: str) -> None:
    assert visitor.ask("/demonstration/", Host=host)[0] == 400


@pytest.mark.parametrize("peer, is_here", [("127.0.0.1", True), ("::1", True), ("10.0.0.1", False), ("", False)])
def test_the_peer_must_be_this_machine(peer: str, is_here: bool) -> None:
    assert is_from_here(RequestFactory().get("/", REMOTE_ADDR=peer)) is is_here


def test_the_token_opens_once_and_a_role_is_chosen_by_post_alone(served: tuple[Path, int, list[str]]) -> None:
    _, port, tokens = served
    visitor, late = Visitor(port), Visitor(port)
    assert visitor.ask(f"/demonstration/enter/{tokens[0]}/", method="HEAD")[0] == 404  # a look does not use it up
    assert visitor.ask(f"/demonstration/enter/{tokens[0]}/")[::2] == (302, "/demonstration/")
    assert late.ask(f"/demonstration/enter/{tokens[0]}/")[0] == 404
    assert late.ask("/demonstration/")[0] == 403

    status, page, _ = visitor.ask("/demonstration/")
    assert (status, page.count("Set next year")) == (200, 1)
    chosen = re.search(r'value="(\d+)">[^<]*finance manager', page, re.IGNORECASE)
    proof = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert chosen
    assert proof
    assert visitor.ask(f"/demonstration/?appointment={chosen[1]}")[0] == 200
    assert "finance manager" not in visitor.ask("/accessibility/")[1].lower()
    assert visitor.ask("/demonstration/", method="POST", body=f"appointment={chosen[1]}")[0] == 403
    assert visitor.ask("/demonstration/", method="POST", body=f"appointment=x&csrfmiddlewaretoken={proof[1]}")[0] == 404
    body = f"appointment={chosen[1]}&csrfmiddlewaretoken={proof[1]}"
    assert visitor.ask("/demonstration/", method="POST", body=body)[::2] == (302, "/")
    assert "finance manager, made-up zp1" in visitor.ask("/accessibility/")[1].lower()


def test_it_keeps_to_a_database_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://localhost/live")
    with pytest.raises(RefusedInput, match="a database of its own"):
        prepare(tmp_path, store=tmp_path, regime="england-2005")
    imported = subprocess.run(
        [sys.executable, "-c", "import pbc_web.config.demonstration"], env=CLEAN | {"DATABASE_URL": "sqlite:///x"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "keeps to a database of its own" in imported.stderr


def test_a_database_without_the_mark_is_neither_written_over_nor_served(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.sqlite3"
    with sqlite3.connect(theirs) as line:
        line.execute("CREATE TABLE kept (number)")
    line.close()
    before = theirs.read_bytes()
    with pytest.raises(RefusedInput, match="no demonstration made"):
        make_database(theirs)
    assert theirs.read_bytes() == before
    for database in (
        {"ENGINE": "django.db.backends.sqlite3", "NAME": theirs},
        {"ENGINE": "postgresql", "NAME": "live"},
    ):
        with pytest.raises(ImproperlyConfigured, match="made and marked itself"):
            require_mark(database)


def test_its_own_database_is_marked_private_and_made_anew(tmp_path: Path) -> None:
    own = tmp_path / "web" / "own.sqlite3"
    for _ in range(2):
        make_database(own)
    require_mark({"ENGINE": "django.db.backends.sqlite3", "NAME": str(own)})
    assert (own.stat().st_mode & 0o777, is_marked(tmp_path / "nowhere")) == (0o600, False)


def test_what_serves_in_earnest_refuses_its_database(served: tuple[Path, int, list[str]], tmp_path: Path) -> None:
    database = served[0] / "web" / "demonstration.sqlite3"
    with pytest.raises(RefusedInput, match="anyone may sign in"):
        refuse_demonstration({"ENGINE": "django.db.backends.sqlite3", "NAME": database})
    shutil.copy(database, tmp_path / "pbc.sqlite3")
    for command in (["serve", "--port", "0"], ["work"], ["tick"]):
        done = subprocess.run(
            [sys.executable, "-m", "pbc_cli", *command], env=CLEAN | {"PBC_HOME": str(tmp_path), "PBC_HTTPS": "no"},
            capture_output=True, text=True, check=False, timeout=400,
        )  # fmt: skip
        assert (done.returncode, "anyone may sign in" in done.stderr) == (1, True)


def test_each_start_has_a_secret_of_its_own() -> None:
    ask = "from pbc_web.config import demonstration as d; print(d.SECRET_KEY, d.ALLOWED_HOSTS)"
    told = {
        subprocess.run([sys.executable, "-c", ask], env=CLEAN, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(told) == 2
    assert all(each.endswith("['127.0.0.1', 'localhost', '[::1]']\n") for each in told)


def test_the_web_in_earnest_has_no_such_address() -> None:
    for name in ("demonstration", "demonstration_entrance"):
        with pytest.raises(NoReverseMatch):
            reverse(name, args=["token"] if name.endswith("entrance") else [])
