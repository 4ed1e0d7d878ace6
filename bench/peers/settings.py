"""What `django-admin startproject` writes, with one peer installed, for production."""

import os

PEER = os.environ["BENCH_PEER"]
APPS = {
    "django-form-surveys": ["djf_surveys", "tinymce"],
    "django-survey-and-report": ["survey"],
}

DEBUG = False
SECRET_KEY = "a benchmark protects nothing"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *APPS[PEER],
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "bench.peers.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                *(
                    ["djf_surveys.context_processors.surveys_context"]
                    if "tinymce" in APPS[PEER]
                    else []
                ),
            ]
        },
    }
]
# A connection per thread that stays, as the application has.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": PEER,
        "USER": "survey",
        "HOST": os.environ["BENCH_HOST"],
        "PORT": "5432",
        "CONN_MAX_AGE": 60,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "static/"
USE_TZ = True
# Texts as long as the application's: any that isn't empty, up to 3000 characters.
SURVEY_FIELD_VALIDATORS = {"min_length": {"text_area": 1}, "max_length": {"text_area": 3000}}
