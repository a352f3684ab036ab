# Untested here: no container engine was at hand; written from the manuals.
FROM python:3.12-slim

RUN useradd --system --create-home civil
WORKDIR /opt/civil-affairs
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
# The key below only lets settings load while files are collected; no secret stays in the image.
RUN SECRET_KEY=build DATABASE_URL=postgresql://build/build REDIS_URL=redis://build/0 \
    STATIC_ROOT=/opt/civil-affairs/staticfiles python manage.py collectstatic --noinput
ENV STATIC_ROOT=/opt/civil-affairs/staticfiles PYTHONUNBUFFERED=1
USER civil
EXPOSE 8000
CMD ["gunicorn", "civil_affairs.wsgi:application", "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--workers", "4", "--threads", "4", "--timeout", "120"]
