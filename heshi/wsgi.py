"""The web server's way in; makes sure the embedded database is up before the first request."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heshi.settings.dev")
# Many threads share few connections; commands and the worker keep one each and need no pool.
os.environ.setdefault("HESHI_DATABASE_POOL", "8")

from django.core.wsgi import get_wsgi_application

from heshi.common.start import ensure_database

ensure_database()
application = get_wsgi_application()
