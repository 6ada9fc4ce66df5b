# Stage 1: install what the lock names and learn the matcher; stage 2: only the result.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/amparo \
 && /opt/amparo/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.lock
COPY bot ./bot
COPY intents ./intents
COPY translations ./translations
# The content lies inside the package, as in the wheel; compiled here, since the image's file system may be read-only.
RUN SITE=$(/opt/amparo/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') \
 && cp -r bot "$SITE/bot" \
 && mkdir "$SITE/bot/content" \
 && cp -r intents translations "$SITE/bot/content/" \
 && /opt/amparo/bin/python -m compileall -q "$SITE/bot" \
 && cd / && AMPARO_CACHE=/opt/amparo/learnt /opt/amparo/bin/python -m bot prepare

FROM python:3.11-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin amparo \
 && install -d -m 700 -o 10001 /data /keys
COPY --from=build /opt/amparo /opt/amparo
ENV PATH=/opt/amparo/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 AMPARO_CACHE=/opt/amparo/learnt \
    AMPARO_STATE=/data AMPARO_KEYS=/keys
# Two volumes: a copy of the first is worth nothing without the second.
VOLUME ["/data", "/keys"]
WORKDIR /
USER 10001
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
