"""A signal to stop may come between any two instructions of whoever waits: it is remembered, and nothing stands still."""

import signal
import subprocess
import sys

import pytest

WAITING = """
import signal, sys
from pbc_cli.stopping import StopSignals

def signal_at(number):
    \"\"\"Send SIGTERM at the numbered instruction from here on; tell how many there were.\"\"\"
    seen = 0
    def look(frame, event, _):
        nonlocal seen
        frame.f_trace_opcodes = True
        seen += 1
        if seen == number:
            signal.raise_signal(signal.SIGTERM)
        return look
    sys.settrace(look)
    stopped = stop.wait(0.001)
    sys.settrace(None)
    return stopped, seen

number, came = 0, 0
while True:
    number += 1
    stop = StopSignals()
    stopped, seen = signal_at(number)
    if seen < number:
        break
    assert stop.is_set(), number
    came += 1
print(came)
"""


def test_a_signal_at_any_instruction_of_a_wait_is_remembered_and_never_stands_still() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WAITING], capture_output=True, text=True, check=False, timeout=60
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 20


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_wait_ends_soon_after_the_signal(number: signal.Signals) -> None:
    waits = "from pbc_cli.stopping import StopSignals; s = StopSignals(); print('waits', flush=True); print(s.wait(50))"
    with subprocess.Popen([sys.executable, "-c", waits], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "waits\n"
            process.send_signal(number)
            assert process.communicate(timeout=20)[0] == "True\n"
        finally:
            process.kill()
