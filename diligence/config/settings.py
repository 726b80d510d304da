"""The one settings file: everything that differs between machines is read from the environment.

docs/configuration.md lists the variables; `env.py` says what is wrong with one; the checks of
`diligence/preflight.py` look at the result.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext

from diligence.config import api, env
from diligence.config.sign_in import *  # noqa: F403 - how people sign in

# Lets code say ModelForm[Deal] and the like, which Django's own classes do not know at run time.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parents[2]

DEBUG = env.flag("PROOFROOM_DEBUG")
# An empty key is refused by Django at first use, and by preflight E001 with the remedy.
SECRET_KEY = env.secret("PROOFROOM_SECRET_KEY")
# Fernet keys for tokens at rest: the first encrypts, all decrypt, so that keys can be rotated.
PROOFROOM_FIELD_KEYS = env.secret_words("PROOFROOM_FIELD_KEYS")
# Reports are signed with this PKCS#12 file; without one a key is made and kept encrypted.
PROOFROOM_SIGNING_FILE = env.text("PROOFROOM_SIGNING_FILE")
PROOFROOM_SIGNING_PASSWORD = env.secret("PROOFROOM_SIGNING_PASSWORD")

PROOFROOM_URL = env.address("PROOFROOM_URL", "http://127.0.0.1:8000")
PUBLIC = urlsplit(PROOFROOM_URL)
HTTPS = PUBLIC.scheme == "https"
# Loopback names serve the health checks of containers, which ask from inside.
ALLOWED_HOSTS = [
    str(PUBLIC.hostname),
    "localhost",
    "127.0.0.1",
    "[::1]",
    *env.words("PROOFROOM_ALLOWED_HOSTS"),
]
CSRF_TRUSTED_ORIGINS = [PROOFROOM_URL]

# --- Where things lie -------------------------------------------------------------------------
PROOFROOM_HOME = env.folder("PROOFROOM_HOME", BASE_DIR / ".proofroom")
PROOFROOM_DATA_DIR = env.folder("PROOFROOM_DATA_DIR", PROOFROOM_HOME / "data")
MEDIA_ROOT = PROOFROOM_DATA_DIR
MEDIA_URL = ""  # evidence leaves through permission-checked views only
REDIS_URL = env.redis("REDIS_URL", "redis://127.0.0.1:6379/0")

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **env.database("DATABASE_URL", "postgresql://proofroom@127.0.0.1:5432/proofroom"),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {
                "min_size": 0,
                "max_size": env.number("PROOFROOM_DATABASE_POOL", 8, least=1),
                "timeout": 10,
            },
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "proofroom",
    }
}

PLAIN_STATIC = DEBUG or env.flag("PROOFROOM_PLAIN_STATIC")
PROOFROOM_BUCKET = env.bucket()
STORAGES = {
    "default": {
        "BACKEND": "diligence.lib.object_storage.BucketStorage",
        "OPTIONS": PROOFROOM_BUCKET,
    }
    if PROOFROOM_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if PLAIN_STATIC
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Plain names are found where they lie, so that nothing has to be collected on one machine.
WHITENOISE_USE_FINDERS = PLAIN_STATIC
STATIC_ROOT = None if PLAIN_STATIC else env.folder("PROOFROOM_STATIC_DIR", BASE_DIR / "staticfiles")
WHITENOISE_AUTOREFRESH = DEBUG

# --- The application --------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "diligence.apps.DiligenceConfig",
    "audits.apps.AuditsConfig",
    "rubrics.apps.RubricsConfig",
    "diligence.config.apps.ConfigConfig",
]
MIDDLEWARE = [
    "diligence.config.incoming.real_client",
    "django.middleware.security.SecurityMiddleware",
    "diligence.web.whence.note_whence",
    "diligence.config.headers.secure_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "diligence.config.headers.SmallPages",
    "diligence.config.headers.content_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "diligence.config.incoming.SmallRequests",
    "diligence.config.faults.UnkeepableInput",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "diligence.config.faults.forms_only",
    "allauth.account.middleware.AccountMiddleware",
    "diligence.web.gate.Gate",
    "django_htmx.middleware.HtmxMiddleware",
]
WHITENOISE_ALLOW_ALL_ORIGINS = False
ROOT_URLCONF = "diligence.config.urls"
WSGI_APPLICATION = "diligence.config.wsgi.application"
ASGI_APPLICATION = "diligence.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "diligence.web.context.mailbox",
                "diligence.web.context.csp_nonce",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"environment": "diligence.web.rows.environment"},
    },
]
LANGUAGE_CODE = "en"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

# --- Who comes in -----------------------------------------------------------------------------
AUTH_USER_MODEL = "diligence.User"
ACCOUNT_REAUTHENTICATION_TIMEOUT = env.number("PROOFROOM_STEP_UP_SECONDS", 900, least=60)
# Browsers give passkeys to https, and to localhost for trying things out.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SOCIALACCOUNT_PROVIDERS = env.single_sign_on()
# Whose people get an account, as reviewers, when they first come in by single sign-on.
PROOFROOM_SSO_ADMITS = env.domains("PROOFROOM_SSO_ADMITS")
PROOFROOM_SSO_SECOND_FACTOR = env.flag("PROOFROOM_SSO_SECOND_FACTOR")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# Lax and not Strict: links in mails must find their reader signed in.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# With this prefix a browser takes no such cookie from a neighbouring host or over plain HTTP.
SESSION_COOKIE_NAME = f"{'__Host-' if HTTPS else ''}sessionid"
CSRF_COOKIE_NAME = f"{'__Host-' if HTTPS else ''}csrftoken"
SESSION_COOKIE_AGE = env.number("PROOFROOM_SESSION_SECONDS", 14 * 24 * 3600, least=60)

# --- What browsers are told -------------------------------------------------------------------
# `headers.py` adds which scripts may run: those with the number of this one answer.
PROOFROOM_CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
# The address of an invitation is a secret, so it must not travel to other sites.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = env.number("PROOFROOM_HSTS_SECONDS", 365 * 24 * 3600) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and env.flag("PROOFROOM_HSTS_SUBDOMAINS", default=True)
# To be built into browsers for good is the decision of the domain's owner, not of a default.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
# Whose word on the client's address is taken; every other is counted by its own.
PROOFROOM_TRUSTED_PROXIES = env.networks("PROOFROOM_TRUSTED_PROXIES")
if env.flag("PROOFROOM_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = HTTPS
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]

# --- What comes in ----------------------------------------------------------------------------
PROOFROOM_UPLOAD_BYTES = env.number("PROOFROOM_UPLOAD_BYTES", 8 * 1000**3, least=1)
PROOFROOM_UPLOAD_DAYS = env.number("PROOFROOM_UPLOAD_DAYS", 7, least=1)
PROOFROOM_DEAL_BYTES = env.number("PROOFROOM_DEAL_BYTES", 100 * 1000**3, least=1)
PROOFROOM_CLAMD = env.text("PROOFROOM_CLAMD", "")  # tcp://host:3310 or unix:///path
PROOFROOM_AUDIT_BYTES = env.number("PROOFROOM_AUDIT_BYTES", 4 * 1024**3, least=1)
PROOFROOM_AUDIT_SECONDS = env.number("PROOFROOM_AUDIT_SECONDS", 3600, least=1)
# Uploads go to a temporary file at once: a large one must not lie in a worker's memory.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024**2
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- Mail -------------------------------------------------------------------------------------
EMAIL_BACKEND = "diligence.services.mail.OutboxBackend"
# smtp://user:password@host:587?tls=1; empty: kept, not sent.
EMAIL_URL = env.secret_address("EMAIL_URL")
DEFAULT_FROM_EMAIL = env.text("PROOFROOM_FROM_EMAIL", f"Proofroom <proofroom@{PUBLIC.hostname}>")
PROOFROOM_MAILBOX = env.flag("PROOFROOM_MAILBOX", default=DEBUG)

# --- Work in the background -------------------------------------------------------------------
CELERY_BROKER_URL = env.broker(REDIS_URL)
PROOFROOM_RUN_LEASE_SECONDS = env.number("PROOFROOM_RUN_LEASE_SECONDS", 60, least=2)
PROOFROOM_SWEEP_SECONDS = env.number("PROOFROOM_SWEEP_SECONDS", 15, least=1)

# --- The API ----------------------------------------------------------------------------------
REST_FRAMEWORK, SPECTACULAR_SETTINGS = api.REST_FRAMEWORK, api.SPECTACULAR_SETTINGS

# --- What is written down ---------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "diligence.config.log_lines.Line",
            "fmt": "time=%(asctime)s level=%(levelname)s logger=%(name)s message=%(message)r",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("PROOFROOM_LOG_LEVEL", "INFO").upper()},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
