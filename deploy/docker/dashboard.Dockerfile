# Build from the repository's root: docker build -f deploy/docker/dashboard.Dockerfile -t leeway-dashboard .
FROM node:24-bookworm-slim AS build
WORKDIR /app
ENV TURBO_TELEMETRY_DISABLED=1 NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json .npmrc turbo.json tsconfig.base.json ./
COPY packages packages
COPY apps/dashboard apps/dashboard
RUN npm ci -w @leeway/dashboard --include-workspace-root
RUN npx turbo run build --filter=@leeway/dashboard
RUN npm prune --omit=dev -w @leeway/dashboard

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
COPY --from=build --chown=node:node /app /app
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/').then((r) => process.exit(r.status < 500 ? 0 : 1), () => process.exit(1))"]
CMD ["node", "node_modules/next/dist/bin/next", "start", "apps/dashboard", "-H", "0.0.0.0", "-p", "3000"]
