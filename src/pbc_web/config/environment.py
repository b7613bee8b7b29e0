"""What the environment says, read once and refused in words where it cannot be used."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

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


CIS2_SCOPES = ("openid", "profile", "email", "nationalrbacaccess", "associatedorgs", "selectedrole")


def cis2() -> dict[str, object]:
    """How people sign in with NHS CIS2; empty where PBC_CIS2_ISSUER names no issuer.

    PBC_CIS2_CLIENT_ID says who we are there; PBC_CIS2_PRIVATE_KEY (a file) or PBC_CIS2_SECRET proves it.
    """
    issuer = text("PBC_CIS2_ISSUER")
    if not issuer:
        return {}
    key, secret, client_id = text("PBC_CIS2_PRIVATE_KEY"), text("PBC_CIS2_SECRET"), text("PBC_CIS2_CLIENT_ID")
    if not client_id or bool(key) == bool(secret):
        raise RefusedInput(
            "NHS CIS2 is half configured.", where="PBC_CIS2_ISSUER",
            expected="PBC_CIS2_CLIENT_ID, and one of PBC_CIS2_PRIVATE_KEY and PBC_CIS2_SECRET",
        )  # fmt: skip
    least = text("PBC_CIS2_LEAST_AUTHENTICATION_LEVEL", "2")
    if least not in ("1", "2", "3"):
        raise RefusedInput("PBC_CIS2_LEAST_AUTHENTICATION_LEVEL is a level.", found=least, expected="1, 2 or 3")
    return {
        "issuer": issuer, "client_id": client_id, "secret": secret, "least_authentication_level": int(least),
        "private_key": Path(key).read_text(encoding="ascii") if key else "",
    }  # fmt: skip


def openid_connect(known: dict[str, object]) -> dict[str, object]:
    """The same in the words of the accounts library."""
    if not known:
        return {}
    app = {
        "provider_id": "cis2", "name": "NHS CIS2", "client_id": known["client_id"], "secret": known["secret"],
        "settings": {
            "server_url": known["issuer"], "scope": list(CIS2_SCOPES), "oauth_pkce_enabled": True, "uid_field": "uid",
            "token_auth_method": "client_secret_post",
        },
    }  # fmt: skip
    return {"openid_connect": {"APPS": [app]}}


def origins(known: dict[str, object]) -> list[str]:
    """Where a form of ours may lead on to: the issuer's own scheme and host."""
    parts = urlsplit(str(known.get("issuer", "")))
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
