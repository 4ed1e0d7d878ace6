"""A Django project of one view, no middleware, and nothing that a submission doesn't need."""

import environ

DEBUG = False
SECRET_KEY = "a reference protects nothing"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["bench.reference"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.reference.urls"
# A connection per thread that stays, as the application has; no health checks.
DATABASES = {"default": {**environ.Env().db_url("DATABASE_URL"), "CONN_MAX_AGE": 60}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # as the application has it
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
