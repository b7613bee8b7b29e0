"""`pbc tick`: one round of the clock by hand, or from a timer where no worker runs."""

from __future__ import annotations

import click

from pbc_cli.web import open_web


@click.command()
def command() -> None:
    """Look once at every date that has come, tell whom it concerns, and send the e-mail that waits. Safe to repeat.

    `pbc work` does so each minute by itself; this is for a timer where no worker runs.
    """
    open_web()
    from pbc_web.notices.clock import tick
    from pbc_web.shell import clock

    click.echo("Looked at everything." if tick(clock.now()) else "Another process is at it; nothing was done here.")
