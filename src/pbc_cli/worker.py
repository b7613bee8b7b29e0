"""`pbc work`: the one process that does long work and keeps the clock. `pbc serve` starts it by itself."""

from __future__ import annotations

import click

from pbc_cli.stopping import StopSignals
from pbc_cli.web import open_web


@click.command()
def command() -> None:
    """Do the work that pages ask for, one piece after another, and send reminders and e-mail, until Ctrl-C or SIGTERM.

    One worker works at a time; a second one waits and takes over if the first is gone.
    """
    open_web()
    from pbc_web.config.parent import follow_parent
    from pbc_web.runs.worker import work

    stop = StopSignals()
    follow_parent()
    work(stop)
