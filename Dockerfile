# One image for every role: `docker run … hubdex up`, `worker`, `schedule`, `serve`, `db migrate`, …
ARG NODE_IMAGE=node:26.10.0-trixie-slim
ARG BASE_IMAGE=debian:trixie-20260803-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
# Symbols for debuggers are a fifth of Node.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends binutils \
    && strip --output-file=/node /usr/local/bin/node
COPY package.json package-lock.json ./
# No dependency needs its install script, and that of `node` would fetch a second Node.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY migrations migrations
COPY src src
RUN npm run build && find dist -name '*.map' -delete

FROM ${NODE_IMAGE} AS dependencies
# DuckDB and the renderer of PNG take 80 MB, and few containers need them: `--build-arg OPTIONAL=include` adds them.
ARG OPTIONAL=omit
WORKDIR /app
COPY package.json package-lock.json ./
# TypeScript is installed as an optional peer of a dependency. Nothing loads it, nor types, source maps, tests and
# documentation of packages. Together they would be a quarter of the image.
RUN npm ci --omit=dev --${OPTIONAL}=optional --ignore-scripts --no-audit --no-fund \
    && rm -rf node_modules/typescript node_modules/@typescript node_modules/.bin/tsc \
    && find node_modules -type f ! -iname 'licen[cs]e*' \( -name '*.map' -o -name '*.ts' -o -name '*.[cm]ts' -o -iname '*.md' \) -delete \
    && find node_modules -type d \( -name test -o -name tests -o -name docs \) -prune -exec rm -rf {} +

# Not Node's image, because a server needs no npm.
FROM ${BASE_IMAGE}
# tini forwards signals and reaps zombie processes; Node needs the libraries.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libatomic1 libstdc++6 tini \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 hubdex \
    && useradd --uid 10001 --gid hubdex --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin hubdex \
    && install --directory --mode=1777 /data
COPY --from=build /node /usr/local/bin/node
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
RUN printf '#!/bin/sh\nexec node /app/dist/src/cli/main.js "$@"\n' > /usr/local/bin/hubdex && chmod 0755 /usr/local/bin/hubdex

# Without DATABASE_URL the embedded catalog is in /data: mount a volume there to keep it. hubdex creates the folder in it, so the
# volume may belong to anybody, and hubdex may run as any user.
ENV NODE_ENV=production HUBDEX_DATA_DIR=/data/catalog HUBDEX_HOST=0.0.0.0 HUBDEX_PUBLIC_READ=true
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
EXPOSE 8000
# `worker` and `schedule` serve /health on HUBDEX_HEALTH_PORT, the server on its own port.
HEALTHCHECK --interval=15s --timeout=12s --start-period=60s --retries=3 CMD ["node", "-e", \
    "fetch(`http://127.0.0.1:${process.env.HUBDEX_HEALTH_PORT || process.env.HUBDEX_PORT || 8000}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "node", "/app/dist/src/cli/main.js"]
CMD ["up"]

LABEL org.opencontainers.image.title="hubdex" \
      org.opencontainers.image.description="Crawl the Hugging Face Hub into a catalog of your own, keep it fresh, search it and query it with SQL" \
      org.opencontainers.image.licenses="Apache-2.0"
