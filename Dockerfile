# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY embedded-postgres/package.json ./embedded-postgres/
COPY sandbox/package.json ./sandbox/
RUN npm ci
COPY .swcrc tsconfig.json ./
COPY scripts ./scripts
COPY migrations ./migrations
COPY embedded-postgres ./embedded-postgres
COPY sandbox ./sandbox
COPY src ./src
RUN npm run build

# The runtime's own Node and a Postgres beside it make the embedded binaries needless: no optional packages.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY embedded-postgres/package.json ./embedded-postgres/
COPY sandbox/package.json ./sandbox/
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=dependencies /app ./
COPY --from=build /app/dist ./dist
COPY --from=build /app/embedded-postgres/dist ./embedded-postgres/dist
COPY --from=build /app/sandbox/dist ./sandbox/dist
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "if (process.env.ROLE !== 'worker') fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "--max-semi-space-size=16", "--heap-growing-percent=20", "dist/src/main.js"]
