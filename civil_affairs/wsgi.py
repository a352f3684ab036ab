"""What gunicorn serves."""

import gc
import os

# The web process alone keeps a connection pool: Celery would close it after every task.
os.environ.setdefault("CIVIL_ROLE", "web")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civil_affairs.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
# What has been loaded stays: looking through it again and again for garbage takes a fifth of the
# time of a long list.
gc.collect()
gc.freeze()
