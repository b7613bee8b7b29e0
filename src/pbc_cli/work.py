"""Opening what a command works with: the store, its regime, the policy and an engine."""

from __future__ import annotations

from pathlib import Path

from pbc.engines import Engine, open_engine
from pbc.errors import RefusedInput
from pbc.flows.extract import open_extract
from pbc.policy import Policy, load_policy
from pbc.results import Store
from pbc.results.private import make_private


def regime_of(store: Store, asked: str | None) -> str:
    """This returns the regime to work under: that of the store's register; one asked for must agree with it."""
    held = regime_held(store)
    if asked and held and asked != held:
        raise RefusedInput(
            "This store was built under another regime.", where=f"store {store.path}", found=held, expected=asked,
            remedy="Leave --regime out, or name another --store.",
        )  # fmt: skip
    return held or asked or "england-2005"


def close_store(store: Path) -> Path:
    """This returns a store's folder, made if it is new so that its owner alone can open it, as for its results."""
    make_private(store, within=store)
    return store


def regime_held(store: Store) -> str | None:
    """This returns the regime a store was built under, or None where it holds no register yet."""
    register = store.find("register")
    return register.receipt.regime if register else None


def regime_of_folder(folder: Path, asked: str | None) -> str:
    """This returns the regime asked for, else the one a deliveries folder was made for, refusing a broken world.json."""
    return asked or open_extract(folder).regime


def policy_for(store: Store, asked: str | None, overlays: tuple[Path, ...]) -> Policy:
    """This returns the policy of the store's regime with local agreements laid over it."""
    return load_policy(regime_of(store, asked), overlays=overlays)


def engine_for(name: str, master: str) -> Engine:
    """This returns the engine asked for, or a refusal that says what to install."""
    try:
        return open_engine(name, master=master)
    except ImportError as missing:
        raise RefusedInput(
            f"The {name} engine is not installed.",
            found=str(missing),
            remedy="Install it with: pip install 'pbc[spark]'",
        ) from missing
