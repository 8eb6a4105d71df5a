# The backend without an app: for a client in another container, over its standard streams or a shared socket.
#   docker run --rm -i litebase                                                  one client on stdin and stdout
#   docker run --rm -v litebase:/run/litebase litebase --socket /run/litebase/litebase.sock
FROM python:3.11-slim-bookworm AS packages
COPY requirements-runtime.lock /tmp/
RUN python -m venv /opt/litebase \
    && /opt/litebase/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r /tmp/requirements-runtime.lock \
    && /opt/litebase/bin/pip uninstall --yes pip setuptools

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONPATH=/opt/litebase/app PATH=/opt/litebase/bin:$PATH
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin litebase \
    && install -d -o litebase -g litebase -m 0700 /run/litebase
COPY --from=packages /opt/litebase /opt/litebase
COPY litebase /opt/litebase/app/litebase
COPY generated/python/litebase_schema /opt/litebase/app/litebase_schema
USER 10001
RUN ["python", "-m", "litebase.cli", "--self-test"]
WORKDIR /run/litebase
VOLUME ["/run/litebase"]
HEALTHCHECK NONE
ENTRYPOINT ["python", "-m", "litebase.cli"]
CMD ["--stdio"]
