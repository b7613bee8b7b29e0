"""What the permission matrix opens: one object of each kind in world A, and how its address is made."""

from collections.abc import Callable
from typing import Any

NOT_OURS = {"allauth.urls"}  # the accounts library's own addresses are held by its own tests and by test_sign_in
ADDRESS: dict[str, Callable[[Any], dict[str, Any]]] = {}  # view: the arguments of its address, from the objects made


def make_objects(place: Any) -> dict[str, Any]:
    """Everything a page may be about, in world A. Each app adds its own here."""
    return {"place": place}
