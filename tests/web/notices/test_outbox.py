"""The outbox: each e-mail once; what is in doubt is told and never sent again unasked."""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from tests.web.conftest import AT

from pbc.errors import RefusedInput
from pbc_web.notices import clock
from pbc_web.notices.actions import settle_letter, write_letter
from pbc_web.notices.models import Letter
from pbc_web.notices.outbox import BACK_OFF


def written(key: str = "one") -> Letter:
    return write_letter("z@example.invalid", subject="Hello\nBcc: x", body="Words.\n", key=key, at=AT)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception | None], None]:
    """Makes the mail server fail: on taking the call with an OSError, else on taking the letter."""

    def fails_with(error: Exception | None, *, on: str = "send_messages") -> None:
        def fail(*_: Any) -> None:
            assert error is not None
            raise error

        monkeypatch.undo()
        if error is not None:
            monkeypatch.setattr(EmailBackend, on, fail)

    return fails_with


def states() -> list[tuple[str, int]]:
    return list(Letter.objects.values_list("state", "tries"))


def test_a_letter_goes_once_whoever_asks_twice_and_its_words_are_not_kept(place: Any) -> None:
    assert written() == written()
    for minute in range(3):
        clock.tick(AT + timedelta(minutes=minute))
    assert [(each.to, each.subject, each.body) for each in mail.outbox] == [
        (["z@example.invalid"], "Hello Bcc: x", "Words.\n")
    ]
    assert [*states(), Letter.objects.get().body] == [("sent", 1), ""]


def test_its_name_stays_the_same_however_often_it_is_sent(place: Any) -> None:
    letter = written()
    clock.tick(AT)
    Letter.objects.update(state="uncertain", body="Words.\n")
    settle_letter(letter, has_arrived=False, by=place.actor("administrator"), at=AT)
    clock.tick(AT)
    assert len({each.extra_headers["Message-ID"] for each in mail.outbox}) == 1 < len(mail.outbox)


def test_what_is_refused_is_tried_later_each_time_and_at_last_given_up(place: Any, server: Any) -> None:
    written()
    server(smtplib.SMTPDataError(451, b"try later"))
    now = AT
    for wait in BACK_OFF:
        clock.tick(now)
        assert Letter.objects.get().next_try_at == now + wait
        clock.tick(now + wait - timedelta(seconds=1))  # not yet
        now += wait
    clock.tick(now)
    letter = Letter.objects.get()
    assert (letter.state, letter.tries, letter.said) == ("given_up", len(BACK_OFF) + 1, "Refused with 451")
    server(None)
    settle_letter(letter, has_arrived=False, by=place.actor("administrator"), at=now)
    clock.tick(now)
    assert states() == [("sent", 1)]


def test_a_refused_address_says_so(place: Any, server: Any) -> None:
    written()
    server(smtplib.SMTPRecipientsRefused({}))
    clock.tick(AT)
    assert Letter.objects.get().said == "The address was refused"


def test_a_server_that_is_away_costs_no_try(place: Any, server: Any, caplog: Any) -> None:
    written()
    server(ConnectionRefusedError(), on="open")
    clock.tick(AT)
    assert states() == [("waiting", 0)]
    assert "does not answer" in caplog.text


def test_one_cut_off_in_the_middle_is_in_doubt_and_never_sent_again_by_itself(place: Any, server: Any) -> None:
    letter = written()
    server(TimeoutError())
    clock.tick(AT)
    server(None)
    clock.tick(AT + timedelta(days=9))
    assert (states(), mail.outbox) == ([("uncertain", 1)], [])
    settled = settle_letter(letter, has_arrived=True, by=place.actor("administrator"), at=AT)
    assert (settled.state, settled.body) == ("sent", "")
    with pytest.raises(RefusedInput, match="not in doubt"):
        settle_letter(letter, has_arrived=False, by=place.actor("administrator"), at=AT)


def test_words_that_are_not_kept_cannot_be_sent_again(place: Any) -> None:
    letter = written()
    Letter.objects.update(state="uncertain", body="")
    with pytest.raises(RefusedInput, match="not kept"):
        settle_letter(letter, has_arrived=False, by=place.actor("administrator"), at=AT)
