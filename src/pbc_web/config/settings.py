"""Settings of the web in earnest. Safe by default: what makes it less safe is named in the environment, never here."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from pbc_web.config import environment

WEB = Path(__file__).resolve().parent.parent

PBC_HOME = environment.home()
PBC_STORE = environment.store()
PBC_UPLOADS = PBC_HOME / "uploads"
PBC_SERVICE_NAME = environment.text("PBC_SERVICE_NAME", "Practice-based commissioning")
PBC_REGIME = environment.text("PBC_REGIME", "england-2005")  # of a store that holds no register yet
PBC_POLICY = environment.listed("PBC_POLICY")  # files of local agreements, laid over the regime's values
PBC_INVOICE_KEY_FINGERPRINT = environment.text("PBC_INVOICE_KEY_FINGERPRINT")  # of the key for checking invoices alone
PBC_PUBLISHED_DATA = environment.text("PBC_PUBLISHED_DATA")
PBC_CONTACT = environment.text("PBC_CONTACT")  # whom users ask for help, shown in the footer of every page

SECRET_KEY = environment.secret_key()
SECRET_KEY_FALLBACKS = environment.listed("PBC_SECRET_KEY_FALLBACKS")
DEBUG = False
ALLOWED_HOSTS = environment.listed("PBC_ALLOWED_HOSTS", "localhost,127.0.0.1")
PBC_ADDRESS = environment.text("PBC_ADDRESS") or f"https://{ALLOWED_HOSTS[0]}"  # links in e-mails begin with it
DATABASES = {"default": environment.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

APPS = (
    "shell",
    "audit",
    "organisations",
    "accounts",
    "notices",
    "runs",
    "deliveries",
    "budgets",
    "statements",
    "ledger",
    "governance",
    "panels",
    "business_cases",
    "reinvestment",
    "mobilisation",
    "home",
    "api",
)  # from the lowest floor up
INSTALLED_APPS = [
    *(f"pbc_web.{app}" for app in APPS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "pbc_web.shell.static_files.ServeStatic",
    "pbc_web.shell.request_log.LogRequests",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pbc_web.accounts.middleware.SessionLimits",
    "pbc_web.accounts.middleware.ActingPerson",
    "pbc_web.accounts.middleware.SecondFactorFirst",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pbc_web.shell.middleware.TellFaults",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "pbc_web.config.urls"
ASGI_APPLICATION = "pbc_web.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": sorted(WEB.glob("*/templates")),
        "OPTIONS": {
            "environment": "pbc_web.shell.templating.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "pbc_web.accounts.page_context.acting_person",
                "pbc_web.runs.page_context.regime",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {},
    },  # e-mails of allauth
]

# --- who may come in -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "pbc_web.accounts.adapters.ByInvitation"
ACCOUNT_FORMS = {
    "login": "pbc_web.accounts.forms.SignInForm",
    "change_password": "pbc_web.accounts.forms.ChangePasswordForm",
    "set_password": "pbc_web.accounts.forms.SetPasswordForm",
    "reset_password": "pbc_web.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "pbc_web.accounts.forms.NewPasswordForm",
    "reauthenticate": "pbc_web.accounts.forms.PasswordAgainForm",
}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # whoever is not known gets no letter, and the page reads the same
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is verified by the invitation sent to it
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "pbc_web.accounts.adapters.SecondFactors"
MFA_FORMS = {
    "authenticate": "pbc_web.accounts.forms.CodeForm",
    "reauthenticate": "pbc_web.accounts.forms.CodeAgainForm",
    "activate_totp": "pbc_web.accounts.forms.FirstCodeForm",
    "add_webauthn": "pbc_web.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "pbc_web.accounts.forms.NamePasskeyForm",
}
MFA_TOTP_ISSUER = PBC_SERVICE_NAME
PBC_CIS2 = environment.cis2()  # NHS CIS2 by OpenID Connect; empty: no such sign-in
SOCIALACCOUNT_ADAPTER = "pbc_web.accounts.views.cis2.Cis2Only"
SOCIALACCOUNT_PROVIDERS = environment.openid_connect(PBC_CIS2)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username"]
AXES_USERNAME_CALLABLE = "pbc_web.accounts.lockout.account_tried"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "pbc_web.accounts.lockout.tell_locked_out"

# --- sessions, cookies, transport ----------------------------------------------------------------------------------------
SESSION_IDLE_SECONDS = 20 * 60
SESSION_LONGEST_SECONDS = 12 * 60 * 60
SESSION_WARNING_SECONDS = 3 * 60
SESSION_COOKIE_AGE = SESSION_LONGEST_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
IS_HTTPS = environment.switch("PBC_HTTPS", default=True)
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "pbc_web.shell.faults.csrf_failure"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthy/$"]  # whoever watches over the service asks from beside it
# The addresses of proxies whose word about the client's address and scheme is taken: the server asks, not Django, so that
# nobody else's header counts.
PBC_PROXIES = (
    environment.listed("PBC_PROXY_ADDRESSES", "127.0.0.1")
    if environment.switch("PBC_BEHIND_PROXY", default=False)
    else []
)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, *environment.origins(PBC_CIS2)],  # a form that leads on to NHS CIS2
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "display-capture")
}

# --- words, time, files --------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = PBC_HOME / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": PBC_UPLOADS}},
    "staticfiles": {"BACKEND": "pbc_web.shell.static_files.PageFiles"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]  # never whole in memory
FILE_UPLOAD_TEMP_DIR = None if not PBC_UPLOADS.is_dir() else str(PBC_UPLOADS)
PBC_LARGEST_UPLOAD = int(environment.text("PBC_LARGEST_UPLOAD", str(2 * 1024**3)))  # bytes of one file
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
EMAIL_BACKEND = environment.text("PBC_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = environment.text("PBC_EMAIL_HOST", "localhost")
EMAIL_PORT = int(environment.text("PBC_EMAIL_PORT", "25"))
EMAIL_HOST_USER = environment.text("PBC_EMAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("PBC_EMAIL_PASSWORD")
EMAIL_USE_TLS = environment.switch("PBC_EMAIL_TLS", default=False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environment.text("PBC_EMAIL_FROM", "pbc@localhost")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "pbc_web.shell.log_lines.OneLine",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},  # refusals have their line in pbc.requests, and their page
        "axes": {"level": "WARNING"},  # sign-ins stand in the audit trail
    },
}
