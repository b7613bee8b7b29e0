"""Starting the web from the console: its settings, and the refusals that come before anything is opened."""

from __future__ import annotations

import os
import time

from pbc.errors import RefusedInput


def open_web(settings: str = "pbc_web.config.settings") -> None:
    """Make Django ready with the web's settings, refusing in words where the web is not installed or the place is not ours."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    try:
        import django
    except ImportError as missing:
        raise RefusedInput(
            "The web is not installed.", found=str(missing), remedy="Install it with: pip install 'pbc[web]'"
        ) from missing
    django.setup()
    from pbc_web.config.demonstration_mark import refuse_demonstration

    refuse_demonstration()


def make_ready(*commands: str) -> None:
    """Run commands of Django's that bring the place up to date; whoever starts at the same moment waits."""
    from django.core.management import call_command

    from pbc_web.shell.one_at_a_time import alone

    is_ready = False
    while not is_ready:
        with alone("make-ready") as held:
            if held is not None:
                for command in commands:
                    call_command(command, interactive=False, verbosity=0)
                is_ready = True
        if not is_ready:
            time.sleep(0.5)
