# One image for web, workers, beat and the preparation before them; docker-compose.yml says which.
FROM python:3.12-slim-bookworm

# What draws the PDF, and git, which reads repositories.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        git libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=diligence.config.settings \
    PROOFROOM_STATIC_DIR=/app/staticfiles \
    PROOFROOM_DATA_DIR=/evidence

WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock
COPY manage.py pyproject.toml README.md LICENSE ./
COPY diligence diligence
COPY audits audits
COPY rubrics rubrics
COPY templates templates
COPY static static
# Each examination is a process of its own: uncompiled, every one would compile 300 modules anew.
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && python -m compileall -q diligence audits rubrics \
    && PROOFROOM_SECRET_KEY=only-while-the-image-is-built python -m django collectstatic --no-input

RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin proofroom \
    && mkdir /evidence && chown proofroom:proofroom /evidence
USER proofroom
VOLUME /evidence
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "diligence.config.wsgi:application", "--bind", "0.0.0.0:8000", \
     "--workers", "2", "--threads", "8", "--timeout", "120", "--keep-alive", "75", \
     "--max-requests", "2000", "--max-requests-jitter", "200", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--log-level", "warning", \
     "--logger-class", "diligence.config.web_log.WebLog", \
     "--worker-class", "diligence.config.web_worker.WebWorker"]
