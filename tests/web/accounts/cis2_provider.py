"""A provider of OpenID Connect on this machine: its own RSA keys, real redirects, codes that work once, and any twist asked for."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "pbc-client"
KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
Twist = Callable[[dict[str, Any]], dict[str, Any]]


def same(claims: dict[str, Any]) -> dict[str, Any]:
    return claims


@dataclass
class Cis2:
    """The provider; what a test twists is named."""

    address: str = ""
    key: Any = KEY
    twist: Twist = same  # of the claims of the identity token
    twist_user: Twist = same  # of what is said of the user
    sign: Callable[[Cis2, dict[str, Any]], str] | None = None  # how a token is signed, where not as it should be
    issuer_said: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    last_token: str = ""

    def signed(self, claims: dict[str, Any]) -> str:
        return str(jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "one"}))

    def keys(self) -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [public | {"kid": "one", "use": "sig", "alg": "RS256"}]}

    def config(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer_said or self.address, "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token", "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/keys",
        }  # fmt: skip

    def authorize(self, asked: dict[str, str]) -> str:
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked.get("code_challenge") != challenge:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = self.twist(
            {
                "iss": self.address, "aud": CLIENT, "sub": "555000111222", "iat": now, "exp": now + 300, "nonce": asked.get("nonce"),
                "id_assurance_level": "3", "authentication_assurance_level": "2", "selected_roleid": "r1", "sid": "session-1",
            }
        )  # fmt: skip
        self.last_token = self.sign(self, claims) if self.sign else self.signed(claims)
        return 200, {"access_token": "access", "token_type": "Bearer", "id_token": self.last_token}

    def userinfo(self) -> dict[str, Any]:
        roles = [
            {"person_roleid": "r1", "org_code": "ZPA", "role_name": "Finance"},
            {"person_roleid": "r2", "org_code": "ZPB", "role_name": "Finance"},
        ]
        said = {
            "sub": "555000111222",
            "uid": "555000111222",
            "email": "other@example.invalid",
            "nhsid_nrbac_roles": roles,
        }
        return self.twist_user(said)


def handler_of(cis2: Cis2) -> type[BaseHTTPRequestHandler]:
    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            cis2.asked.append((parts.path, asked))
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", cis2.authorize(asked))
                self.end_headers()
                return
            pages = {"/.well-known/openid-configuration": cis2.config, "/keys": cis2.keys, "/userinfo": cis2.userinfo}
            self._say(200, pages[parts.path]())

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            plain = {name: values[0] for name, values in parse_qs(sent).items()}
            cis2.asked.append((self.path, plain))
            self._say(*cis2.token(plain))

        def _say(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said: Any) -> None:
            """Say nothing."""

    return Door


@contextmanager
def serving() -> Iterator[Cis2]:
    """The provider, answering on a free port of this machine."""
    cis2 = Cis2()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(cis2))
    cis2.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield cis2
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
