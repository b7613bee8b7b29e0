"""Settings of the demonstration, made for it alone: a throw-away database, a secret of this start, loopback and nothing else.

Signing in by choosing a role exists here and in the modules named beside this one, and hangs on no setting. What is imported
refuses a database in the environment; what is served refuses a database without the demonstration's mark.
"""

import os
import secrets

from pbc.errors import RefusedInput

if os.environ.get("DATABASE_URL"):
    raise RefusedInput(
        "The demonstration keeps to a database of its own.", found="DATABASE_URL in the environment",
        remedy="Take DATABASE_URL out of the environment and start again.",
    )  # fmt: skip
os.environ["PBC_HTTPS"] = "no"  # loopback alone, see demonstration_door
os.environ["PBC_SECRET_KEY"] = secrets.token_urlsafe(64)  # of this start: what an earlier one signed is void

from pbc_web.config.settings import *  # noqa: F403 the environment comes first
from pbc_web.config.settings import DATABASES, MIDDLEWARE, PBC_HOME, TEMPLATES

PBC_PROXIES = []  # type: ignore[no-redef]
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
DATABASES = {"default": DATABASES["default"] | {"NAME": PBC_HOME / "demonstration.sqlite3"}}
ROOT_URLCONF = "pbc_web.config.demonstration_urls"
LOGIN_URL = "demonstration"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # nothing leaves this machine
MIDDLEWARE = [
    "pbc_web.config.demonstration_door.LoopbackAlone",
    *(each for each in MIDDLEWARE if not each.endswith(".SecondFactorFirst")),  # nobody here has a password either
]
MIDDLEWARE.insert(
    MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware") + 1,
    "pbc_web.config.demonstration_door.TokenFirst",
)
TEMPLATES[0]["OPTIONS"]["context_processors"].append("pbc_web.config.demonstration_views.say_so")  # type: ignore[index]
