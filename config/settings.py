"""Settings in Django's own order. No rule of a programme lives here: those are in `programmes`."""

import hashlib
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.env import env_bool, env_int, env_keys, env_list, env_text
from core.mail_urls import TIMEOUT, read_mail_url


BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env_text("CARTABLE_DATA", str(BASE_DIR / ".data")))

DEBUG = env_bool("DEBUG", False)
DEVELOPMENT_KEY = "development-key-for-a-laptop-only-never-for-a-server-on-the-network"
SECRET_KEY = env_text("SECRET_KEY", DEVELOPMENT_KEY if DEBUG else None)
if SECRET_KEY == DEVELOPMENT_KEY and not DEBUG:
    raise ImproperlyConfigured("SECRET_KEY is the development key: set one of your own.")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1")
SITE_URL = env_text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "django_cotton",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "rest_framework",
    "config",
    "core",
    "accounts",
    "programmes",
    "schools",
    "loans",
    "distribution",
    "support",
    "reports",
]

TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 0)  # ours, that add the visitor's address to X-Forwarded-For
MIDDLEWARE = [
    "config.proxies.VisitorAddress",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.content_policy.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.visitors.StaffPagesAreNotKept",
    "config.visitors.StrangersSendLittle",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sign_in_first.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"

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
                "accounts.navigation.navigation",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "core.templatetags.badges",
                "core.templatetags.dates",
                "core.templatetags.icons",
                "core.templatetags.languages",
                "core.templatetags.lists",
                "core.templatetags.numbers",
                "core.templatetags.verdicts",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
COTTON_DIR = "components"
COTTON_ISOLATE_BY_DEFAULT = True  # a component sees its attributes, never the page's variables

DATABASES = {
    "default": dj_database_url.parse(env_text("DATABASE_URL"), conn_max_age=env_int("DATABASE_MAX_AGE", 60)),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env_text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},  # nobody waits for a count
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "start"
LAPTOP_PAGE = "distribution:laptop"  # where a family goes once its convention is signed
AXES_USERNAME_FORM_FIELD = "username"  # the form's and authenticate()'s name, not the model's
AXES_FAILURE_LIMIT = 5
AXES_RESET_ON_SUCCESS = True
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env_text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
OWN_FILES_KEYS = env_keys("FILES_KEYS")  # the first encrypts, all decrypt (core/encryption.py)
FILES_KEYS = [*OWN_FILES_KEYS, hashlib.sha256(b"cartable files" + SECRET_KEY.encode()).digest()]
FEEDS_MAY_BE_PLAIN = env_bool("FEEDS_MAY_BE_PLAIN", DEBUG)  # services asked over http://, for a local trial
DROP_FOLDER = env_text("DROP_FOLDER", str(DATA_DIR / "depot"))  # the academy's files, every night
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 4_000  # a region sends the zips of all its schools at once
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

EMAIL_BACKEND = "core.smtp.EmailBackend"
EMAIL_HOST = env_text("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = env_int("EMAIL_PORT", 1025)
EMAIL_HOST_USER = env_text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env_text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = TIMEOUT
EMAIL_RATE = None
ANYMAIL: dict[
    str, object
] = {  # who may tell of messages that came back (core/views/webhooks.py); empty: nobody
    "WEBHOOK_SECRET": env_list("ANYMAIL_WEBHOOK_SECRET"),  # name:password
    "MAILGUN_WEBHOOK_SIGNING_KEY": env_text("MAILGUN_WEBHOOK_SIGNING_KEY", ""),
}
if EMAIL_URL := env_text("EMAIL_URL", ""):  # instead of the five above; a provider's API, or a rate
    _mail = read_mail_url(EMAIL_URL)
    EMAIL_RATE = _mail.rate
    ANYMAIL |= _mail.anymail
    globals().update(_mail.values)
# Who carries text messages: console:, brevo://key@api.brevo.com?sender=Region (core/sms.py), or nobody
SMS_URL = env_text("SMS_URL", "console:" if DEBUG else "")
MAIL_DIR = DATA_DIR / "mail"  # where the local mail sink keeps what the demo sends
DEFAULT_FROM_EMAIL = env_text("DEFAULT_FROM_EMAIL", "Cartable <ne-pas-repondre@example.org>")
MESSAGE_ID_DOMAIN = env_text("MESSAGE_ID_DOMAIN", "cartable.example.org")

# The seal of signed documents: a PKCS#12 or PEM file, or `test` for a key that proves nothing.
VIRUS_SCANNER = env_text("VIRUS_SCANNER", "")  # clamd://host:3310 (core/virus_scan.py)
SEAL_SIGNER = env_text("SEAL_SIGNER", "core.seal_keys.file_signer")
SEAL_KEY = env_text("SEAL_KEY", "test" if DEBUG else "")
SEAL_KEY_PASSWORD = env_text("SEAL_KEY_PASSWORD", "")
TIMESTAMP_URL = env_text("TIMESTAMP_URL", "")  # a time-stamping authority (RFC 3161)
TIMESTAMP_TIMEOUT = env_int("TIMESTAMP_TIMEOUT", 5)  # seconds
TIMESTAMP_ROOTS = env_text("TIMESTAMP_ROOTS", "")  # PEM: whom to believe about the time
OPERATOR_EMAIL = env_text("OPERATOR_EMAIL", "")  # who runs the server: told of messages that cannot leave
METRICS_TOKEN = env_text(
    "METRICS_TOKEN", ""
)  # who bears it reads /metrics; without one the page is not there

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
HTTPS = env_bool("HTTPS", not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SECURE_SSL_REDIRECT = env_bool("SSL_REDIRECT", True)
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_REDIRECT_EXEMPT = [
        r"^livez$",
        r"^readyz$",
        r"^metrics$",
    ]  # a watcher inside the network asks in plain HTTP
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.DenyAll"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 100,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Cartable",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
# A region's import has its own queue: no e-mail waits behind it. What a family waits for has two, or a mailing of sixty
# thousand would pass before it: codes, and the seals of what was signed. A worker hears its queues in turn.
CELERY_TASK_ROUTES = {
    "config.tasks.play_the_night": {"queue": "imports"},
    "core.tasks.deliver_texts": {"queue": "prompt"},
    "core.tasks.deliver_urgent": {"queue": "prompt"},
    "loans.tasks.store_document": {"queue": "seals"},
    "loans.tasks.store_documents": {"queue": "seals"},
    "schools.tasks.play_school": {"queue": "imports"},
}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 1500
CELERY_TASK_TIME_LIMIT = 1800
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 4 * 3600,  # longer than the longest task, or it would be played twice at once
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # Who rings a broker that is down goes on after one more try: the sweep finds the same rows a minute later.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"addresses": {"()": "config.logs.HideSecretAddresses"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["addresses"]}
    },
    "root": {"handlers": ["console"], "level": env_text("LOG_LEVEL", "WARNING")},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # a page not found is no event
    },
}
