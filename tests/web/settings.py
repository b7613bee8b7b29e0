"""The web's own settings in a folder of this run: nothing of the machine's is read or written."""

import os
import tempfile

_HOME = tempfile.mkdtemp(prefix="pbc-web-tests-")
os.environ["PBC_HOME"] = _HOME
os.environ["PBC_HTTPS"] = "no"
os.environ["PBC_SECRET_KEY"] = "only for tests " * 5
os.environ["PBC_ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["PBC_EMAIL_BACKEND"] = "django.core.mail.backends.locmem.EmailBackend"
os.environ.pop("PBC_STORE", None)

from pbc_web.config.settings import *  # noqa: E402, F403 the environment comes first

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher"
]  # quick; the real ones are held by a test of settings
STORAGES = STORAGES | {  # noqa: F405 static files straight from their folders
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
_DATABASE: dict[str, object] = DATABASES["default"]  # type: ignore[assignment]  # noqa: F405 it comes with the star
if "sqlite" in str(_DATABASE["ENGINE"]):
    # a file, not memory: threads and processes of a test must be able to meet in it
    _DATABASE["TEST"] = {"NAME": f"{_HOME}/test.sqlite3"}
