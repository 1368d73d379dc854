# Build from the repository's root: docker build -f deploy/docker/collector.Dockerfile -t leeway-collector .
FROM node:24-bookworm-slim AS build
WORKDIR /app
ENV TURBO_TELEMETRY_DISABLED=1
COPY package.json package-lock.json .npmrc turbo.json tsconfig.base.json ./
COPY packages packages
COPY apps/collector apps/collector
RUN npm ci -w @leeway/collector --include-workspace-root
RUN npx turbo run build --filter=@leeway/collector
RUN npm prune --omit=dev -w @leeway/collector

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production LEEWAY_DATA_DIR=/var/lib/leeway
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
COPY --from=build /app/apps/collector apps/collector
RUN install -d -o node -g node /var/lib/leeway
USER node
VOLUME /var/lib/leeway
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8787/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=64", "apps/collector/dist/main.js"]
CMD ["serve"]
