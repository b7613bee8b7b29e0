"""What stands between a download and its server: proxies, certificates, redirects, a full disk, Ctrl-C. On loopback alone."""

from __future__ import annotations

import ssl
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.unit.test_fetch_download import BODY, HASTE, SHA256, Publisher

from pbc.errors import Cancelled, Fault, RefusedInput
from pbc.sources.catalogue import PublishedFile
from pbc_cli import fetch
from pbc_cli.download import CHUNK, _StaysSafe, download, kept_bytes

NOBODY_THERE = "http://127.0.0.1:9/file.csv"


@contextmanager
def serving(publisher: Publisher) -> Iterator[Publisher]:
    publisher.silent = threading.Event()  # type: ignore[attr-defined]
    publisher.handle_error = lambda request, client_address: None  # type: ignore[method-assign]  a client that hangs up
    thread = threading.Thread(target=publisher.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield publisher
    finally:
        publisher.silent.set()  # type: ignore[attr-defined]
        publisher.shutdown()
        thread.join()
        publisher.server_close()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serving(Publisher()) as server:
        yield server


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine's own environment says of proxies is no part of a test."""
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def run(script: str) -> subprocess.CompletedProcess[str]:
    """A program of its own, so that limits and signals set for it touch no other test."""
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)


# proxies


def test_proxy_of_the_environment_is_used(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given an address at which nobody answers, then the file comes through the proxy, which is told whom to ask."""
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{publisher.server_port}")
    download(NOBODY_THERE, tmp_path / "file.csv", sha256=SHA256, patience=HASTE)
    assert (tmp_path / "file.csv").read_bytes() == BODY
    assert publisher.asked[0]["Host"] == "127.0.0.1:9"


def test_host_the_environment_excepts_is_asked_without_the_proxy(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    download(publisher.address, tmp_path / "file.csv", sha256=SHA256, patience=HASTE)
    assert publisher.asked[0]["Host"] == f"127.0.0.1:{publisher.server_port}"


def test_dead_proxy_is_named_without_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://user:secret@127.0.0.1:9")
    with pytest.raises(Fault, match=r"through 127\.0\.0\.1:9") as told:
        download(NOBODY_THERE, tmp_path / "file.csv", sha256=SHA256, patience=HASTE)
    assert "Check the proxy" in told.value.remedy
    assert "secret" not in str(told.value)


# certificates


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that names localhost and that nobody signed but itself, with its key in the same file."""
    path = tmp_path_factory.mktemp("tls") / "own.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost", "-keyout", str(path.with_suffix(".key")), "-out", str(path)],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + path.with_suffix(".key").read_text())
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[Publisher]:
    server = Publisher()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    with serving(server):
        yield server


def test_certificate_nobody_signed_is_told_by_name_and_not_tried_again(secure: Publisher, tmp_path: Path) -> None:
    with pytest.raises(Fault, match="certificate of localhost is not to be trusted") as told:
        download(f"https://localhost:{secure.server_port}/a", tmp_path / "a", sha256=SHA256, patience=HASTE)
    assert "self-signed certificate" in told.value.found.replace("self signed", "self-signed")
    assert secure.asked == []
    assert list(tmp_path.iterdir()) == []


def test_trusted_certificate_of_another_host_is_told_by_name(
    secure: Publisher, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trusted by SSL_CERT_FILE it serves the host it names, and no other."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    address = f"https://{{}}:{secure.server_port}/a"
    assert download(address.format("localhost"), tmp_path / "a", sha256=SHA256, patience=HASTE).read_bytes() == BODY
    with pytest.raises(Fault, match=r"certificate of 127\.0\.0\.1") as told:
        download(address.format("127.0.0.1"), tmp_path / "b", sha256=SHA256, patience=HASTE)
    assert "127.0.0.1" in told.value.found


def test_server_that_does_not_speak_tls_is_told_by_name(publisher: Publisher, tmp_path: Path) -> None:
    with pytest.raises(Fault, match="No safe connection could be made to 127") as told:
        download(publisher.address.replace("http", "https"), tmp_path / "a", sha256=SHA256, patience=HASTE)
    assert told.value.expected == "TLS 1.2 or later"
    assert not (tmp_path / "a").exists()


# redirects


def test_redirect_keeps_asking_only_for_what_is_missing(publisher: Publisher, tmp_path: Path) -> None:
    publisher.plan = ["cut", f"moved to {publisher.address}?elsewhere"]
    download(publisher.address, tmp_path / "file.csv", sha256=SHA256, patience=HASTE)
    assert publisher.asked[2]["Range"] == f"bytes={len(BODY) // 2}-"


def test_redirects_without_end_are_told(publisher: Publisher, tmp_path: Path) -> None:
    publisher.plan = [f"moved to {publisher.address}"] * 50
    with pytest.raises(Fault, match="did not give the file"):
        download(publisher.address, tmp_path / "file.csv", sha256=SHA256, patience=HASTE)


@pytest.mark.parametrize(
    ("origin", "onward", "is_followed"),
    [
        ("https://publisher.example/a", "https://elsewhere.example/a", True),
        ("https://publisher.example/a", "http://elsewhere.example/a", False),
        ("https://publisher.example/a", "http://127.0.0.1/a", False),
        ("https://publisher.example/a", "https://127.0.0.1:8443/a", False),
        ("https://publisher.example/a", "https://localhost./a", False),
        ("https://publisher.example/a", "https://127.1/a", False),
        ("https://publisher.example/a", "https://[::ffff:127.0.0.1]/a", False),
        ("https://publisher.example/a", "https://0.0.0.0/a", False),
        ("https://publisher.example/a", "file:///etc/hosts", False),
        ("http://127.0.0.1/a", "http://localhost/b", True),
        ("http://127.0.0.1/a", "https://127.0.0.1:8443/b", True),
    ],
)
def test_redirect_is_followed_to_https_and_within_this_machine_only(
    origin: str, onward: str, is_followed: bool
) -> None:
    answer = BytesIO()
    words = (urllib.request.Request(origin), answer, 302, "Found", {}, onward)
    if is_followed:
        assert _StaysSafe().redirect_request(*words).full_url == onward
        return
    with pytest.raises(RefusedInput, match="not safe"):
        _StaysSafe().redirect_request(*words)
    assert answer.closed


# a full disk, and Ctrl-C


def test_full_disk_is_told_at_once_and_what_came_is_kept(publisher: Publisher, tmp_path: Path) -> None:
    """The limit of this process's files stands in for the end of the disk: the write fails where it is met."""
    left = run(f"""
import resource
from pathlib import Path
from pbc.errors import Fault
from pbc_cli.download import Patience, download
resource.setrlimit(resource.RLIMIT_FSIZE, ({CHUNK + 100}, resource.RLIM_INFINITY))
try:
    download({publisher.address!r}, Path({str(tmp_path / "file.csv")!r}), sha256={SHA256!r}, patience=Patience(5, 3, 0.01))
except Fault as fault:
    print(fault)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))  # what counts coverage writes last
""")
    assert left.stderr == ""
    assert "There is no room to keep what arrives." in left.stdout
    assert f"{CHUNK + 100:,} bytes are kept" in left.stdout
    assert len(publisher.asked) == 1
    download(publisher.address, tmp_path / "file.csv", sha256=SHA256, patience=HASTE)
    assert publisher.asked[1]["Range"] == f"bytes={CHUNK + 100}-"
    assert (tmp_path / "file.csv").read_bytes() == BODY


def test_ctrl_c_keeps_what_came_says_so_and_leaves_with_130(publisher: Publisher, tmp_path: Path) -> None:
    target = tmp_path / "folder" / "file.csv"
    left = run(f"""
import os, signal, sys
from pbc.sources.catalogue import PublishedFile
from pbc_cli import fetch, main
file = PublishedFile("made-up", "T", "P", "2025", "MIT", "folder/file.csv", address={publisher.address!r}, sha256={SHA256!r},
                     size_bytes={len(BODY)})
fetch.published_files = lambda: {{"made-up": file}}
fetch.moves = lambda advance: lambda done, total: os.kill(os.getpid(), signal.SIGINT)
sys.argv = ["pbc", "fetch", "made-up", "--out", {str(tmp_path)!r}]
main.main()
""")
    kept = kept_bytes(target)
    assert (left.returncode, left.stdout) == (130, "")
    assert 0 < kept < len(BODY)
    assert f"{kept:,} bytes of made-up are kept" in left.stderr
    assert "Traceback" not in left.stderr
    assert not target.exists()
    download(publisher.address, target, sha256=SHA256, patience=HASTE)
    assert publisher.asked[1]["Range"] == f"bytes={kept}-"


def test_command_stopped_before_anything_came_says_none_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, publisher: Publisher
) -> None:
    file = PublishedFile(
        "made-up", "T", "P", "2025", "MIT", "file.csv", address=publisher.address, sha256=SHA256, size_bytes=len(BODY)
    )
    monkeypatch.setattr(fetch, "published_files", lambda: {"made-up": file})

    def stop(advance: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(fetch, "moves", stop)
    stopped = CliRunner().invoke(fetch.command, ["made-up", "--out", str(tmp_path)]).exception
    assert isinstance(stopped, Cancelled)
    assert "0 bytes of made-up are kept" in str(stopped)


def test_default_handler_of_ctrl_c_is_python_s_own() -> None:
    """A fetch has no steps between which it could ask: Ctrl-C must reach it as it happens."""
    left = run("import signal, pbc_cli.fetch; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)")
    assert left.stdout.strip() == "True"
