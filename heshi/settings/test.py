"""In tests: a throwaway database server, fixed secrets, fast password hashing."""

from heshi.common import embedded
from heshi.settings import env
from heshi.settings.base import *  # noqa: F403 -- a settings module is its base plus a few lines
from heshi.settings.base import HESHI_VAR

DEBUG = False
ALLOWED_HOSTS = ["*"]
SECRET_KEY = "only-for-tests"  # noqa: S105 -- nothing outside a test run is signed with it
HESHI_KEYS = ["dGVzdHMtb25seS1rZXktb2YtdGhpcnR5LXR3by1iLjE="]
HESHI_LOOKUP_KEY = "dGVzdHMtb25seS1rZXktb2YtdGhpcnR5LXR3by1iLjI="
HESHI_POSTGRES = HESHI_VAR / "test-postgres"
HESHI_POSTGRES_DURABLE = False
DATABASES = {"default": env.database("HESHI_DATABASE_URL", embedded.database_url(HESHI_POSTGRES))}
HESHI_PLAYBOOK_FOLDER = HESHI_VAR / "test-playbooks"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = HESHI_VAR / "test-attachments"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
