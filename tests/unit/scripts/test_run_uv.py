"""What pip was told of registries, certificates and proxies, uv is told as well."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from scripts.run_uv import (
    pip_settings,
    system_certificates,
    uv_has_indexes,
    uv_variables,
    without_registry,
)

MIRROR = "https://mirror.example/simple"


def unasked(name: str) -> str:
    raise AssertionError(f"pip was asked for {name}")


def test_the_settings_are_those_that_pip_install_goes_by() -> None:
    listing = (
        "download.index-url='https://other.example'\nglobal.index-url='https://far.example'\n"
        f"install.index-url='{MIRROR}'\nglobal.cert='/ca.pem'\n:env:.cert='/mine.pem'\n"
    )

    assert pip_settings(listing, unasked) == {"index-url": MIRROR, "cert": "/mine.pem"}


def test_of_several_files_pip_says_which_one_wins() -> None:
    listing = "global.index-url='https://far.example'\nglobal.index-url='https://near.example'\n"

    assert pip_settings(listing, {"global.index-url": MIRROR}.__getitem__) == {"index-url": MIRROR}


@pytest.mark.parametrize(
    ("name", "value", "variable", "expected"),
    [
        ("index-url", MIRROR, "UV_DEFAULT_INDEX", MIRROR),
        ("extra-index-url", f"\n{MIRROR}\nfile:///index", "UV_INDEX", f"{MIRROR} file:///index"),
        ("find-links", "/wheels\n/more", "UV_FIND_LINKS", "/wheels,/more"),
        ("cert", "/ca.pem", "SSL_CERT_FILE", "/ca.pem"),
        ("client-cert", "/me.pem", "SSL_CLIENT_CERT", "/me.pem"),
        ("proxy", "http://proxy.example:3128", "ALL_PROXY", "http://proxy.example:3128"),
        ("trusted-host", "mirror.example", "UV_INSECURE_HOST", "mirror.example"),
        ("timeout", "180", "UV_HTTP_TIMEOUT", "180"),
        ("default-timeout", "180", "UV_HTTP_TIMEOUT", "180"),
        ("retries", "9", "UV_HTTP_RETRIES", "9"),
        ("keyring-provider", "subprocess", "UV_KEYRING_PROVIDER", "subprocess"),
    ],
)
def test_uv_is_told_what_pip_knows(name: str, value: str, variable: str, expected: str) -> None:
    assert uv_variables({name: value}, {}, uv_has_indexes=False) == {variable: expected}
    assert uv_variables({name: value}, {variable: "uv's own"}, uv_has_indexes=False) == {}


def test_what_pip_was_not_told_stays_uvs_own_affair() -> None:
    assert uv_variables({"constraint": "/c.txt", "index-url": ""}, {}, uv_has_indexes=False) == {}


def test_registries_of_uvs_own_are_not_mixed_with_those_of_pip() -> None:
    pip = {"index-url": MIRROR, "extra-index-url": MIRROR, "cert": "/ca.pem"}

    assert uv_variables(pip, {}, uv_has_indexes=True) == {"SSL_CERT_FILE": "/ca.pem"}


@pytest.mark.parametrize("name", ["UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_CONFIG_FILE"])
def test_uv_has_registries_of_its_own_by_a_variable(name: str, tmp_path: Path) -> None:
    assert uv_has_indexes({name: MIRROR, "XDG_CONFIG_HOME": str(tmp_path)})


def test_uv_has_registries_of_its_own_by_a_file(tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert not uv_has_indexes(environment, system=tmp_path / "etc")

    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "uv.toml").touch()

    assert uv_has_indexes(environment, system=tmp_path / "etc")
    assert uv_has_indexes({"XDG_CONFIG_HOME": str(tmp_path / "none")}, system=tmp_path)


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_bundle_that_pip_would_use_is_uvs(name: str) -> None:
    assert uv_variables({}, {name: "/b.pem"}, uv_has_indexes=False) == {"SSL_CERT_FILE": "/b.pem"}
    assert uv_variables({"cert": "/c.pem"}, {name: "/b.pem"}, uv_has_indexes=False) == {
        "SSL_CERT_FILE": "/c.pem"
    }


def store(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    paths = ssl.DefaultVerifyPaths(None, str(folder), "", "", "", "")  # type: ignore[arg-type]
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)


def test_the_systems_certificates_are_used_where_it_has_some(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store(monkeypatch, tmp_path)
    assert system_certificates({}) == {}

    (tmp_path / "ca.pem").touch()

    assert system_certificates({}) == {"UV_SYSTEM_CERTS": "true"}
    assert system_certificates({"SSL_CERT_FILE": "/ca.pem"}) == {}


def test_without_a_registry_means_the_same_to_both() -> None:
    assert without_registry({"no-index": "true"}, ["pip", "install"])
    assert not without_registry({"no-index": "true"}, ["venv"])
    assert not without_registry({"no-index": "false"}, ["pip", "install"])
    assert not without_registry({}, ["pip", "install"])
