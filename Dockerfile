# One image for the three processes: web (the default), worker and beat.

FROM node:22-bookworm-slim AS assets
WORKDIR /cartable
COPY package.json ./
RUN npm install --no-audit --no-fund --no-package-lock
COPY static ./static
RUN npm run build

FROM python:3.11-slim-bookworm AS packages
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/base.txt

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /cartable cartable \
    && install -d -o cartable -g cartable /data
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CARTABLE_DATA=/data
WORKDIR /cartable
COPY --from=packages /venv /venv
COPY . .
COPY --from=assets /cartable/static/dist ./static/dist
RUN python -m config.messages \
    && SECRET_KEY=only-to-collect-the-static-files DATABASE_URL=postgresql://none/none REDIS_URL=redis://none/0 \
       python manage.py collectstatic --noinput --ignore '*.scss' --ignore '*.mjs' --ignore icons.txt
USER cartable
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-m", "config.health_probe"]
CMD ["granian", "--interface", "wsgi", "config.wsgi:application", "--no-ws", "--host", "0.0.0.0", "--port", "8000"]
