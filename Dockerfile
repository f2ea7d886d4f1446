# The service without a database of its own: docker-compose.yml runs PostGIS beside it.
# Browser libraries are fetched in a first stage, so that npm is not in the image that runs.

FROM node:22-bookworm-slim AS browser
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    BANDO_HOME=/var/lib/bando \
    NUMBA_CACHE_DIR=/var/lib/bando/cache/numba \
    BANDO_HOST=0.0.0.0 \
    BANDO_PORT=8000
WORKDIR /opt/bando
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY scripts scripts
COPY geo geo
COPY layers layers
COPY api api
COPY static static
RUN useradd --system --home-dir "$BANDO_HOME" --create-home bando
# In the home, where the demo looks for the outline of the country.
COPY --from=browser --chown=bando /build/node_modules /var/lib/bando/npm/node_modules
# The same copying as ./run does, so that there is one list of what browsers get.
RUN sh scripts/image.sh && pip install --no-cache-dir --no-deps --no-build-isolation -e .
USER bando
VOLUME /var/lib/bando
EXPOSE 8000
CMD ["bando", "serve", "--prepare", "demo"]
