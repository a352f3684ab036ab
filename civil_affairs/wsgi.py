"""What gunicorn serves."""

import os

# The web process alone keeps a connection pool: Celery would close it after every task.
os.environ.setdefault("CIVIL_ROLE", "web")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civil_affairs.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
