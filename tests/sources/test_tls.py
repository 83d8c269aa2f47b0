"""Certificates are verified: one that nobody vouches for, and one of another name, are refused with their reason."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from httpsite import HttpSite, Reply

from sources.client import PoliteClient, Wanted
from sources.errors import FetchError
from sources.policy import Policy
from sources.values import Reason


def self_signed(folder: Path) -> Path:
    """A certificate and its key in one file, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "essai")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "site.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return self_signed(tmp_path)


@pytest.fixture
def secure(certificate: Path) -> Iterator[HttpSite]:
    site = HttpSite()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    site._server.socket = context.wrap_socket(site._server.socket, server_side=True)
    site.add("/", Reply("bonjour"))
    site.start()
    yield site
    site.stop()


def test_nobody_vouches_for_it(secure: HttpSite, policy: Policy) -> None:
    with PoliteClient(policy) as client, pytest.raises(FetchError) as refused:
        client.get(Wanted(secure.url("/").replace("http:", "https:"), "*/*", 1000))
    assert refused.value.reason is Reason.TLS
    assert secure.log == [], "not even the address asked for was sent"


def test_nor_does_the_environment(
    secure: HttpSite, policy: Policy, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    test_nobody_vouches_for_it(secure, policy)


def test_the_site_itself_is_well(secure: HttpSite, certificate: Path) -> None:
    """What the two tests above refuse is the certificate, not the server."""
    import urllib.request

    trusting = ssl.create_default_context(cafile=str(certificate))
    with urllib.request.urlopen(secure.url("/").replace("http:", "https:"), context=trusting) as answer:
        assert answer.read() == b"bonjour"
