"""What the environment says, read once and refused in words where it cannot be used."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import dj_database_url

from pbc.errors import RefusedInput

SQLITE_OPTIONS = {  # readers never wait for a writer; a writer waits its turn instead of failing
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}


def home() -> Path:
    """The folder of what the web keeps beside its database: PBC_HOME, by default ./pbc-web."""
    return Path(os.environ.get("PBC_HOME", "pbc-web")).resolve()


def store() -> Path:
    """The folder of published results: PBC_STORE, by default a folder of PBC_HOME."""
    named = os.environ.get("PBC_STORE")
    return Path(named).resolve() if named else home() / "store"


def database() -> dict[str, object]:
    """The database: SQLite in PBC_HOME, or the one DATABASE_URL names."""
    url = os.environ.get("DATABASE_URL")
    if url:
        return dict(dj_database_url.parse(url, conn_max_age=0))  # under ASGI a kept connection would outlive its thread
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": home() / "pbc.sqlite3", "OPTIONS": SQLITE_OPTIONS}


def secret_key() -> str:
    """The secret that signs sessions: PBC_SECRET_KEY, else one kept in PBC_HOME, made at the first start."""
    named = os.environ.get("PBC_SECRET_KEY")
    if named:
        if len(named) < 50:
            raise RefusedInput("PBC_SECRET_KEY is too short.", found=f"{len(named)} signs", expected="50 or more")
        return named
    path = home() / "secret-key"
    if not path.exists():
        home().mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii").strip()


def listed(name: str, default: str = "") -> list[str]:
    """A setting that is a list, parted by commas."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def text(name: str, default: str = "") -> str:
    """A setting that is a word."""
    return os.environ.get(name, default)


def switch(name: str, *, default: bool) -> bool:
    """A setting that is yes or no."""
    said = os.environ.get(name, "yes" if default else "no").lower()
    if said not in ("yes", "no"):
        raise RefusedInput(f"{name} is yes or no.", found=said)
    return said == "yes"
