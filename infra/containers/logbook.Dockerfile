# The whole Logbook in one container and, in it, one process, for machines with little memory. Built from the root of the repository:
#   docker build --file infra/containers/logbook.Dockerfile --tag logbook/logbook:0.1.0 .
# compose.one-process.yaml runs it. Its data, tokens and keys are in the volume of /data, as `npm start` keeps them.

FROM node:24-slim AS manifests
WORKDIR /logbook
COPY package.json package-lock.json ./
COPY packages/chassis/package.json packages/chassis/
COPY packages/contracts/package.json packages/contracts/
COPY packages/importer/package.json packages/importer/
COPY packages/markdown/package.json packages/markdown/
COPY event-bus/package.json event-bus/
COPY accounts/package.json accounts/
COPY posts/package.json posts/
COPY comments/package.json comments/
COPY moderation/package.json moderation/
COPY media/package.json media/
COPY notifications/package.json notifications/
COPY query/package.json query/
COPY client/package.json client/
COPY gateway/package.json gateway/
COPY infra/package.json infra/

# No install script runs: the packages with native code bring it along, compiled. Optional packages are left out: they are what libraries
# would have of test runners and compilers.
FROM manifests AS modules
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

# But for the native code of sharp and resvg, which make pictures.
FROM manifests AS natives
RUN --mount=type=cache,target=/root/.npm \
    npm ci --workspace=media --workspace=client --omit=dev --ignore-scripts --no-audit --no-fund

FROM manifests AS sources
RUN --mount=type=cache,target=/root/.npm \
    npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.base.json ./
COPY packages packages
COPY event-bus event-bus
COPY accounts accounts
COPY posts posts
COPY comments comments
COPY moderation moderation
COPY media media
COPY notifications notifications
COPY query query
COPY client client
COPY gateway gateway
COPY infra infra
# As the first start of `npm start` does; then the tools for it are left behind.
RUN node --eval "import('./infra/run/client-build.ts').then(({ buildClient }) => buildClient({ onBuild: () => {} }))" && \
    rm -rf .cache node_modules */node_modules packages/*/node_modules

FROM node:24-slim
LABEL org.opencontainers.image.title="logbook/logbook" \
      org.opencontainers.image.description="Logbook, an event-sourced blog platform, in one process." \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    LOGBOOK_ONE_PROCESS=1 \
    LOGBOOK_DATA=/data \
    LOGBOOK_HOST=0.0.0.0 \
    SERVICE=gateway
# A new volume takes this owner over. Nothing else in the image is written to, so its root may be read-only.
RUN install --directory --owner=node --group=node --mode=0700 /data
WORKDIR /logbook
COPY --from=modules /logbook ./
COPY --from=natives /logbook/node_modules/@img node_modules/@img
COPY --from=natives /logbook/node_modules/@resvg node_modules/@resvg
COPY --from=sources /logbook ./
USER 1000:1000
# Of the gateway, which SERVICE names.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["node", "infra/containers/health.ts"]
# The first process gets the signals, stops the services in order, and starts them again where they crash.
CMD ["node", "infra/run/main.ts", "--json"]
