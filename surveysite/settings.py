"""Every setting comes from the environment; `docs/operating.md` lists them all.

Without DEBUG the site is in production: it refuses to start with a missing or weak secret, and
everything that protects a real installation is on.
"""

import os
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import django
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)

DEVELOPMENT_KEY = "insecure-development-key"
SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_KEY if DEBUG else "")
if not DEBUG and (len(SECRET_KEY) < 50 or SECRET_KEY.startswith("insecure")):
    raise ImproperlyConfigured(
        "SECRET_KEY is missing, shorter than 50 characters, or a development key. Receipts and"
        " answer cookies depend on it. Make one with"
        " python -c 'import secrets; print(secrets.token_urlsafe(50))' and keep it."
    )

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"] if DEBUG else [])
# Where the readers' pages are published: scheme, host and port, as a browser writes an Origin.
PUBLIC_ORIGINS = env.list(
    "PUBLIC_ORIGINS",
    default=["http://127.0.0.1:8000", "http://localhost:8000"] if DEBUG else [],
)
if not DEBUG and not (ALLOWED_HOSTS and PUBLIC_ORIGINS):
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS and PUBLIC_ORIGINS must be set: ALLOWED_HOSTS=avis.example.org"
        " PUBLIC_ORIGINS=https://avis.example.org"
    )
CSRF_TRUSTED_ORIGINS = PUBLIC_ORIGINS
# Reverse proxies whose X-Forwarded-For is believed: addresses or networks.
TRUSTED_PROXIES = [ip_network(hop) for hop in env.list("TRUSTED_PROXIES", default=[])]
# Machines that may read /metrics, where they ask this server itself and not through a proxy.
METRICS_FROM = [
    ip_network(place) for place in env.list("METRICS_FROM", default=["127.0.0.0/8", "::1"])
]

# How much one network (an IPv4 address, or a /64) may send in a window, counted by each process:
# docs/operating.md says why these numbers.
RATE_WINDOW = env.int("RATE_WINDOW", default=600)  # seconds
RATE_ANSWERS_FLAGGED = env.int("RATE_ANSWERS_FLAGGED", default=60)
RATE_ANSWERS_REFUSED = env.int("RATE_ANSWERS_REFUSED", default=600)
RATE_LETTERS = env.int("RATE_LETTERS", default=30)  # notices, replies, appeals, each

SITE_NAME = env.str("SITE_NAME", default="Avis de lecteurs")

# Who is responsible, as the page on personal data says it.
PUBLISHER_NAME = env.str("PUBLISHER_NAME", default="")
PUBLISHER_ADDRESS = env.str("PUBLISHER_ADDRESS", default="")
PRIVACY_CONTACT = env.str("PRIVACY_CONTACT", default="")
# What the legal notice says besides.
LEGAL_PHONE = env.str("LEGAL_PHONE", default="")
LEGAL_CONTACT = env.str("LEGAL_CONTACT", default="")
LEGAL_REGISTRATION = env.str("LEGAL_REGISTRATION", default="")
LEGAL_DIRECTOR = env.str("LEGAL_DIRECTOR", default="")
LEGAL_HOST = env.str("LEGAL_HOST", default="")
# Whom to tell of a hole in the site: an address that begins with mailto: or https:.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")
# Days after which `apply_retention` deletes, beside the surveys' own number.
NETWORK_KEY_DAYS = env.int("NETWORK_KEY_DAYS", default=30)  # pseudonyms of networks
NOTICE_RETENTION_DAYS = env.int("NOTICE_RETENTION_DAYS", default=365)  # words, from the decision
# What the page says of what isn't deleted by this program.
BACKUP_DAYS = env.int("BACKUP_DAYS", default=30)
SERVER_LOG_DAYS = env.int("SERVER_LOG_DAYS", default=14)

INSTALLED_APPS = [
    "surveysite.apps.NewsroomConfig",  # django.contrib.admin, with the newsroom's way in
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "crispy_forms",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    *([] if django.VERSION >= (6,) else ["django_tasks"]),  # Django has it of its own since 6.0
    "django_tasks_db",
    "polls",
]

MIDDLEWARE = [
    "polls.lib.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "polls.lib.middleware.FixedPolicyMiddleware",
    "polls.lib.middleware.StaffMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "polls.answering.away.DatabaseAwayMiddleware",
]

# A consultation of sixty statements is composed in one form of some two thousand fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

ROOT_URLCONF = "surveysite.urls"
WSGI_APPLICATION = "surveysite.wsgi.application"

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
            ],
        },
    },
]
# Our own templates of the admin and of the form fields stand in templates/.
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_TEMPLATE_PACK = "press"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["press"]
CRISPY_FAIL_SILENTLY = False

DATABASES = {
    "default": env.db_url(
        "DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'survey.sqlite3'}"
    )
}
_database = DATABASES["default"]
_options = _database.setdefault("OPTIONS", {})
if _database["ENGINE"].endswith("sqlite3"):
    if _database["NAME"] != ":memory:":
        Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    # IMMEDIATE takes the write lock when the transaction begins: two submissions wait for each
    # other instead of failing with "database is locked" when the second one upgrades its lock.
    _options |= {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # A file, so that the threads of a test each have a connection as they do in reality; one for
    # each process, so that two runs in one checkout don't meet.
    _database["TEST"] = {"NAME": str(BASE_DIR / "var" / f"test-{os.getpid()}.sqlite3")}
else:
    _options.setdefault("connect_timeout", 3)
    _options.setdefault("tcp_user_timeout", 5000)  # ms, for a server that vanished
    _database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    _database["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"

# Whether staff sign in with an authenticator's code besides the password. Where it isn't required,
# whoever has set one up is asked for it all the same.
SECOND_FACTOR = env.bool("SECOND_FACTOR", default=not DEBUG)
OTP_TOTP_ISSUER = SITE_NAME
# Five failures with one name from one place refuse the name there for a quarter of an hour, the
# right password included. A stranger elsewhere locks no colleague out; who guesses from many places
# still has the second factor before them.
AUTHENTICATION_BACKENDS = [
    "polls.staff.backends.LockOutBackend",
    "polls.staff.backends.StaffBackend",
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "polls.staff.places.address"
AXES_ENABLE_ACCESS_FAILURE_LOG = True  # counted on each colleague's own page
AXES_ENABLE_ADMIN = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "next", "csrfmiddlewaretoken"]
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = [
    # Without axes' middleware, a locked name gets the page of a wrong password, not one of its own.
    "axes.W002",
    # The admin looks for accounts, messages and sessions in MIDDLEWARE: StaffMiddleware has them.
    "admin.E408",
    "admin.E409",
    "admin.E410",
]
# How long sign-ins and failures are kept (`apply_retention`).
SIGN_IN_LOG_DAYS = env.int("SIGN_IN_LOG_DAYS", default=90)
SESSION_COOKIE_AGE = 12 * 3600  # seconds from signing in: a long day at the desk, then again

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="fr")
# A new one goes to the end: its place is its number in files for SPSS. (CONTRIBUTING.md)
LANGUAGES = [("fr", "Français"), ("en", "English")]
# templates/ stands outside the app, and has its texts in the same catalogue.
LOCALE_PATHS = [BASE_DIR / "polls" / "locale"]
FORMAT_MODULE_PATH = "polls.locale"  # dates as newspapers print them, in the admin as well
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Paris")
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# Exports that can't be sent while they are read are prepared, and lie here for a while. On several
# machines it is a directory that they share.
EXPORTS_DIR = Path(env.str("EXPORTS_DIR", default=str(BASE_DIR / "var" / "exports")))
EXPORT_HOURS = env.int("EXPORT_HOURS", default=48)
# With a worker (`manage.py db_worker`) they are prepared in the background; without one at once,
# while whoever ordered it waits.
EXPORT_WORKER = env.bool("EXPORT_WORKER", default=False)
_tasks = "django.tasks" if django.VERSION >= (6,) else "django_tasks"
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend"
        if EXPORT_WORKER
        else f"{_tasks}.backends.immediate.ImmediateBackend"
    }
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Cookies of the newsroom never travel to readers' pages.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin/"
X_FRAME_OPTIONS = "DENY"
# Not "no-referrer": with it browsers send `Origin: null`, by which a submission is judged.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
if not DEBUG:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
    SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    if env.bool("BEHIND_TLS_PROXY", default=True):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Cookies of the readers' pages are Secure exactly where those pages are served over TLS.
READER_COOKIES_SECURE = all(origin.startswith("https://") for origin in PUBLIC_ORIGINS)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": f"polls.lib.logs.{'DiscreetFormatter' if DEBUG else 'JsonFormatter'}",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # Django's own handlers would print every line a second time.
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "axes": {"level": "WARNING"},  # below, it tells of every sign-in
    },
}
