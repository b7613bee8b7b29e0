"""The Jinja environment of every page: NHS components, our own pieces, and how values are shown."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from pbc.money import pounds, pounds_and_pence
from pbc_web.shell import clock, words
from pbc_web.shell.drawings import drawn
from pbc_web.shell.form_errors import error_of


def environment(**options: Any) -> Environment:
    """This returns the environment Django asks for; its loader finds our templates first, then the NHS components."""
    # The NHS components read options that were never given, which only a chainable undefined allows.
    options |= {"undefined": ChainableUndefined, "trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    ours = options.pop("loader")
    made = Environment(loader=ChoiceLoader([ours, PackageLoader("nhsuk_frontend_jinja")]), **options)  # noqa: S701 autoescape is set in options
    made.globals |= {"static": static, "static_folder": static_folder, "url": address_of, "now": clock.now}
    made.filters |= {
        "pounds": pounds,
        "pounds_and_pence": pounds_and_pence,
        "amount": words.amount,
        "day": words.day,
        "moment": words.moment,
        "count_of": words.count_of,
        "drawn": drawn,
        "error_of": error_of,
    }
    return made


def static_folder(path: str) -> str:
    """This returns the address of a folder of static files: the files themselves have names with hashes, folders have none."""
    return f"{settings.STATIC_URL}{path}"


def address_of(name: str, *args: Any, **kwargs: Any) -> str:
    """This returns the address of a view by its name."""
    return reverse(name, args=args, kwargs=kwargs)
