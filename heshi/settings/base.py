"""What is the same everywhere. Everything that differs from place to place is read by `env`."""

from pathlib import Path

from csp.constants import NONE, SELF

from heshi.common import embedded
from heshi.settings import env

ROOT = Path(__file__).resolve().parents[2]
HESHI_VAR = env.folder("HESHI_VAR", ROOT / "var")

# --- the county and its law -------------------------------------------------------------------
HESHI_COUNTY = env.whole("HESHI_COUNTY", 990100, least=100000, most=999999)
HESHI_CIPHER = env.choice("HESHI_CIPHER", ["aes-256-gcm", "sm4-gcm"], "aes-256-gcm")
HESHI_PUBLIC_URL = env.text("HESHI_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
HESHI_HOTLINE = env.text("HESHI_HOTLINE", "12345")
HESHI_BODY_MEGABYTES = env.whole("HESHI_BODY_MEGABYTES", 120, least=1, most=4096)
HESHI_IMPORT_MEGABYTES = env.whole("HESHI_IMPORT_MEGABYTES", 100, least=1, most=4096)
# A guess that is less likely than this waits for a person (docs/settings.md).
HESHI_CONFIDENCE_BAR = env.share("HESHI_CONFIDENCE_BAR", 0.8)
HESHI_API_PER_MINUTE = env.whole("HESHI_API_PER_MINUTE", 6000, most=10_000_000)
# Files of this county laid over the shipped ones; docs/clocks.md says what is in them.
HESHI_CLOCK_FOLDERS = env.words("HESHI_CLOCK_FOLDERS", [])
HESHI_CALENDAR_FILES = env.words("HESHI_CALENDAR_FILES", [])
HESHI_PLAYBOOK_FOLDER = env.folder("HESHI_PLAYBOOK_FOLDER", HESHI_VAR / "playbooks")

# --- telling people: a channel left empty keeps its notices, marked as not sent -------------------
EMAIL_HOST = env.text("HESHI_EMAIL_HOST", "")
EMAIL_PORT = env.whole("HESHI_EMAIL_PORT", 465, most=65535)
EMAIL_HOST_USER = env.text("HESHI_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("HESHI_EMAIL_PASSWORD", "")
EMAIL_USE_SSL = env.flag("HESHI_EMAIL_SSL", True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("HESHI_EMAIL_FROM", "heshi@localhost")
HESHI_CHANNELS = {
    "inbox": "heshi.notices.actions.channels.inbox",
    "email": "heshi.notices.actions.channels.email" if EMAIL_HOST else "",
    "sms": env.text("HESHI_SMS_CHANNEL", ""),
}

# --- the database -------------------------------------------------------------------------------
HESHI_POSTGRES = HESHI_VAR / "postgres"
HESHI_POSTGRES_DURABLE = True
DATABASES: dict[str, env.DatabaseEntry] = {
    "default": env.database("HESHI_DATABASE_URL", embedded.database_url(HESHI_POSTGRES))
    | {"CONN_HEALTH_CHECKS": True}
}
HESHI_DATABASE_POOL = env.whole("HESHI_DATABASE_POOL", 0, most=200)
if HESHI_DATABASE_POOL:
    # Only the web process sets this: many threads there share few connections.
    pool = {"min_size": 1, "max_size": HESHI_DATABASE_POOL, "timeout": 10}
    DATABASES["default"]["OPTIONS"]["pool"] = pool
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the rooms ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "heshi.common",
    "heshi.places",
    "heshi.people",
    "heshi.notices",
    "heshi.clocks",
    "heshi.playbooks",
    "heshi.cases",
    "heshi.intake",
    "heshi.understanding",
    "heshi.routing",
    "heshi.community",
    "heshi.statistics",
    "heshi.journey",
    "heshi.rehearsal",
    "heshi.web",
    "heshi.api",
    "heshi.cli",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "template_partials",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "heshi.web.middleware.BodyLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "heshi.web.middleware.NameTheForm",
    "heshi.web.middleware.SayNo",
]
ROOT_URLCONF = "heshi.urls"
WSGI_APPLICATION = "heshi.wsgi.application"
APPEND_SLASH = False
TEMPLATES: list[dict[str, object]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "heshi.web.context.site",
            ],
        },
    }
]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- who may come in ----------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Staff"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
# How many reverse proxies stand in front and write X-Forwarded-For and -Proto; none are believed by default.
HESHI_PROXIES = env.whole("HESHI_PROXIES", 0, most=9)
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "heshi.web.views.page_too_old"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- files, words and time ----------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = HESHI_VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Attachments are never served from an address of their own; a view opens them and notes who looked.
MEDIA_ROOT = HESHI_VAR / "attachments"
MEDIA_URL = ""
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_TEMP_DIR = None
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

HESHI_LOG_LEVEL = env.choice("HESHI_LOG_LEVEL", ["DEBUG", "INFO", "WARNING", "ERROR"], "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": HESHI_LOG_LEVEL},
    "loggers": {"django.server": {"level": "WARNING"}, "django_tasks": {"level": "WARNING"}},
}
