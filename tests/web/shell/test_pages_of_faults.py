"""What went wrong is told in words, by page to people and by JSON to programs; log lines stay one line."""

import logging

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from pbc.errors import MissingFigure, RefusedInput
from pbc_web.shell import faults
from pbc_web.shell.downloads import download
from pbc_web.shell.log_lines import OneLine
from pbc_web.shell.middleware import TellFaults


@pytest.fixture
def asked(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/anything/")
    request.actor = None
    request.session = {}
    return request


@pytest.mark.parametrize(
    ("page", "status"),
    [
        (faults.bad_request, 400),
        (faults.not_entitled, 403),
        (faults.csrf_failure, 403),
        (faults.not_found, 404),
        (faults.broken, 500),
    ],
)
def test_a_fault_has_its_page(asked: HttpRequest, page: object, status: int) -> None:
    answer = page(asked)  # type: ignore[operator]
    assert (answer.status_code, answer.content.count(b"<h1")) == (status, 1)


def test_programs_get_json(rf: RequestFactory) -> None:
    answer = faults.not_found(rf.get("/api/nothing"))
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")


def test_a_refusal_names_row_found_expected_and_remedy(asked: HttpRequest) -> None:
    fault = RefusedInput("The sum is not nought.", where="row <7>", found="£3", expected="£0", remedy="Correct it.")
    answer = TellFaults(lambda request: None).process_exception(asked, fault)  # type: ignore[arg-type,return-value]
    assert answer is not None
    told = answer.content.decode()
    assert answer.status_code == 409
    assert all(words in told for words in ("The sum is not nought.", "row &lt;7&gt;", "£3", "£0", "Correct it."))


def test_what_is_not_in_the_store_is_not_found(asked: HttpRequest) -> None:
    answer = TellFaults(lambda request: None).process_exception(asked, MissingFigure("No such set."))  # type: ignore[arg-type,return-value]
    assert answer is not None
    assert answer.status_code == 404


def test_our_own_mistakes_are_not_hidden(asked: HttpRequest) -> None:
    assert TellFaults(lambda request: None).process_exception(asked, KeyError("x")) is None  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", 'a"b\r\nSet-Cookie: x.csv', "naïve — list.csv"])
def test_a_download_has_a_plain_name(name: str) -> None:
    answer = download(b"x", name=name)
    assert answer["Content-Disposition"].isascii()
    assert "\n" not in answer["Content-Disposition"]
    assert "/" not in answer["Content-Disposition"]
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/csv; charset=utf-8", "no-store")


def test_a_download_of_an_unknown_kind_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        download(b"<script>", name="page.html")


def test_a_log_line_stays_one_line() -> None:
    record = logging.LogRecord("pbc", logging.INFO, "", 0, "typed %s", ("x\n2026-01-01 INFO forged\x1b[31m",), None)
    assert OneLine().format(record) == "typed x\\n2026-01-01 INFO forged\\x1b[31m"


def test_pages_are_not_kept_by_browsers(client: Client, db: object) -> None:
    assert client.get("/accessibility/")["Cache-Control"] == "no-store"
