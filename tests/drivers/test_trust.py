"""Where the system's certificates are found."""

from pathlib import Path

import pytest
from litebase_schema.connection import MysqlTarget

from litebase.drivers import trust
from litebase.drivers.mysql.link import tls


def test_openssl_is_asked_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tmp_path / "own.pem"
    named.touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(named))
    assert trust.trusted_certificates() == str(named)


def test_a_place_that_openssl_does_not_know_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other.pem"
    other.touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing"))
    monkeypatch.setattr(trust, "_BUNDLES", (str(tmp_path / "none"), str(other)))
    assert trust.trusted_certificates() == str(other)
    monkeypatch.setattr(trust, "_BUNDLES", ())
    assert trust.trusted_certificates() is None


def test_mysql_trusts_the_system_also_when_openssl_looks_in_the_wrong_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = trust.trusted_certificates()
    if bundle is None:
        pytest.skip("NOT TESTED: this system has no file of trusted certificates")
    monkeypatch.setattr(trust, "_BUNDLES", (bundle,))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    context = tls.context_for(MysqlTarget(engine="mysql", host="localhost", tls="verify_full"))
    assert context is not None
    assert context.cert_store_stats()["x509_ca"] > 0
