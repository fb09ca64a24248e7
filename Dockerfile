# One image for web and worker. The build needs Node; the running site does not.
FROM node:22-bookworm-slim AS node
FROM python:3.12-slim-bookworm AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
 && apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /site
COPY . .
RUN make build && rm -rf node_modules .uv

FROM python:3.12-slim-bookworm
RUN useradd --system --home-dir /data site && mkdir /data && chown site /data
COPY --from=build /site /site
WORKDIR /site
ENV PATH=/site/.venv/bin:$PATH DATA_DIR=/data HOST=0.0.0.0 PYTHONUNBUFFERED=1
USER site
VOLUME /data
EXPOSE 8000
CMD ["sh", "-c", "python -m config.prepare && exec python -m config.serve"]
