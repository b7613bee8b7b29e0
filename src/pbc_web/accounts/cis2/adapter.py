"""The accounts library's OpenID Connect, made stricter: tokens are always proved, asked for by our key, and bound to this sign-in."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import get_adapter as social_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from pbc.errors import RefusedInput
from pbc_web.accounts.cis2.tokens import prove, sign_for_client, spend
from pbc_web.shell import clock

PROVIDER = "cis2"


class Cis2Client(OAuth2Client):  # type: ignore[misc]  # allauth ships no types
    """Proves itself by a signed letter where a private key is configured, else by the secret."""

    def get_access_token(self, code: str, pkce_code_verifier: str | None = None, extra_data: Any = None) -> Any:
        """This returns the tokens of a code."""
        key, proof = settings.PBC_CIS2["private_key"], dict(extra_data or {})
        if key:
            proof |= sign_for_client(key, client_id=self.consumer_key, token_address=self.access_token_url)
        return super().get_access_token(code, pkce_code_verifier=pkce_code_verifier, extra_data=proof)


class Cis2Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """NHS CIS2."""

    client_class = Cis2Client

    def __init__(self, request: HttpRequest, provider_id: str = PROVIDER) -> None:
        super().__init__(request, provider_id)

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the issuer publishes of itself; it must be the issuer we were told of."""
        found: dict[str, Any] = super().openid_config
        if found.get("issuer") != settings.PBC_CIS2["issuer"]:
            raise OAuth2Error("the issuer is another than the one configured")
        return found

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """This returns our own address to come back to."""
        return request.build_absolute_uri(reverse("cis2_callback"))

    def keys(self) -> dict[str, Any]:
        """This returns the keys the issuer signs with now."""
        with social_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
            return found

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """This returns the sign-in that the tokens prove; the library would trust what came over the wire."""
        id_token = kwargs["response"].get("id_token")
        if not id_token:
            raise OAuth2Error("no identity token")
        try:
            claims = prove(
                id_token, keys=self.keys(), issuer=settings.PBC_CIS2["issuer"], audience=app.client_id,
                required=("exp", "sub", "nonce"),
            )  # fmt: skip
            spend(id_token, expires=claims["exp"], at=clock.now())
        except RefusedInput as fault:
            raise OAuth2Error(str(fault)) from fault
        said = self._fetch_user_info(token.token)
        if said.get("sub") != claims["sub"]:
            raise OAuth2Error("what is said of the user is said of another")
        return self.get_provider().sociallogin_from_response(request, {"userinfo": said | claims, "id_token": claims})
