"""Run uv with the registry, the certificates and the proxy that pip was told of.

python -m scripts.run_uv pip install --require-hashes -r requirements.lock

uv does not read pip's configuration (pip.conf, PIP_INDEX_URL and their like), so a person behind a mirror
would have to say everything twice. Settings of uv's own win over pip's. Needs pip and uv and nothing else.
"""

from __future__ import annotations

import ast
import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

# pip's name of a setting, uv's variable for it, and what stands between several values there.
VARIABLES = {
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "keyring-provider": ("UV_KEYRING_PROVIDER", " "),
    "default-timeout": ("UV_HTTP_TIMEOUT", " "),
    "timeout": ("UV_HTTP_TIMEOUT", " "),
    "retries": ("UV_HTTP_RETRIES", " "),
    "proxy": ("ALL_PROXY", " "),
    "client-cert": ("SSL_CLIENT_CERT", " "),
    "cert": ("SSL_CERT_FILE", " "),
}
INDEXES = {"index-url": ("UV_DEFAULT_INDEX", " "), "extra-index-url": ("UV_INDEX", " ")}
OWN_INDEXES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_CONFIG_FILE")
# Where pip looks besides its own `cert`.
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
# Of several sources the later one wins, as for `pip install`.
SECTIONS = ("global", "install", ":env:")


def pip_settings(listing: str, get: Callable[[str], str]) -> dict[str, str]:
    """What `pip install` would go by, from what `pip config list` prints (section.name='value', a line each).

    A name that stands in several files is listed several times, in no order that tells which one wins:
    `get` asks pip.
    """
    found: dict[str, str] = {}
    for line in listing.splitlines():
        name, _, value = line.partition("=")
        text = str(ast.literal_eval(value))
        found[name] = text if found.get(name, text) == text else get(name)
    return {
        name.removeprefix(f"{section}."): value
        for section in SECTIONS
        for name, value in found.items()
        if name.startswith(f"{section}.")
    }


def uv_variables(
    pip: Mapping[str, str], environment: Mapping[str, str], uv_has_indexes: bool
) -> dict[str, str]:
    """The variables that tell uv what pip knows, without those that are set already."""
    named = VARIABLES if uv_has_indexes else VARIABLES | INDEXES
    told = {
        variable: between.join(pip[name].split())
        for name, (variable, between) in named.items()
        if pip.get(name)
    }
    bundle = next((environment[name] for name in BUNDLES if environment.get(name)), None)
    if bundle:
        told.setdefault("SSL_CERT_FILE", bundle)
    return {name: value for name, value in told.items() if not environment.get(name)}


def uv_has_indexes(environment: Mapping[str, str], system: Path = Path("/etc")) -> bool:
    """Whether uv was told of registries itself: then pip's are not mixed in."""
    home = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    files = (home / "uv" / "uv.toml", system / "uv" / "uv.toml")
    return any(environment.get(name) for name in OWN_INDEXES) or any(path.is_file() for path in files)


def system_certificates(environment: Mapping[str, str]) -> dict[str, str]:
    """A company's own certificate stands in the system's store: newer pips look there, so uv is told to.

    Without a store (a bare container), uv's own certificates remain.
    """
    store = ssl.get_default_verify_paths()
    filled = store.cafile or (store.capath and any(Path(store.capath).iterdir()))
    if not filled or {"SSL_CERT_FILE", "UV_SYSTEM_CERTS", "UV_NATIVE_TLS"} & environment.keys():
        return {}
    return {"UV_SYSTEM_CERTS": "true"}


def without_registry(pip: Mapping[str, str], arguments: Sequence[str]) -> bool:
    """pip's no-index, for which uv has no variable."""
    return pip.get("no-index", "").lower() in {"1", "true", "t", "yes", "y", "on"} and arguments[0] == "pip"


def pip_config(*arguments: str) -> str:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def main(arguments: list[str]) -> None:
    pip = pip_settings(pip_config("list"), lambda name: pip_config("get", name).strip())
    environment = dict(os.environ)
    environment |= uv_variables(pip, environment, uv_has_indexes(environment))
    environment |= system_certificates(environment)
    uv = str(Path(sys.executable).with_name("uv"))
    os.execve(
        uv, [uv, *arguments, *(["--no-index"] if without_registry(pip, arguments) else [])], environment
    )


if __name__ == "__main__":
    main(sys.argv[1:])
