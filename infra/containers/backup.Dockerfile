# The backup and the restore of a whole Logbook, built from the root of the repository:
#   docker build --file infra/containers/backup.Dockerfile --tag logbook/backup:0.1.0 .
# It knows the log and accounts, and needs what these need. compose.backup.yaml and infra/kubernetes/backup.yaml run it.

FROM node:24-slim AS modules
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
# No install script runs: the packages with native code bring it along, compiled.
RUN --mount=type=cache,target=/root/.npm \
    npm ci --workspace=event-bus --workspace=accounts --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-slim
LABEL org.opencontainers.image.title="logbook/backup" \
      org.opencontainers.image.description="Backup and restore of Logbook, an event-sourced blog platform." \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    LOG_DATABASE=/log/event-bus.sqlite \
    ACCOUNTS_DATABASE=/accounts/accounts.sqlite
WORKDIR /logbook
COPY --from=modules /logbook ./
COPY packages packages
COPY event-bus event-bus
COPY accounts accounts
COPY infra/backup infra/backup
COPY infra/run/services.ts infra/run/own-settings.ts infra/run/
# As the services are, so that each may read what the other wrote.
USER 1000:1000
ENTRYPOINT ["node", "infra/backup/main.ts"]
CMD ["/backups"]
