"""Generate src/bakeoff/catalogue/image_uris.json from a `sagemaker-core` wheel.

The SageMaker SDK knows in which account of each region AWS keeps its images. It is too large for a Lambda
function, so its table is condensed here:

python scripts/generate_image_uris.py .venv/sdk/sagemaker_core-*.whl

Host names come from botocore's endpoint data, as they do in the SDK.
"""

from __future__ import annotations

import argparse
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import botocore.loaders
from botocore.regions import EndpointResolver

TABLE = Path(__file__).resolve().parent.parent / "src/bakeoff/catalogue/image_uris.json"
FRAMEWORKS = ("xgboost", "linear-learner", "knn", "sklearn", "spark")
CONFIG = re.compile(r".*/image_uri_config/(?P<framework>[a-z-]+)\.json")


def generate(wheel: Path) -> dict[str, Any]:
    """The condensed table: registry account by framework and region, and the DNS suffix of odd regions."""
    frameworks = {name: _condense(config) for name, config in sorted(_configs(wheel).items())}
    regions = {region for entry in frameworks.values() for region in entry["accounts"]}
    return {
        "source": wheel.name.removesuffix("-py3-none-any.whl").replace("_", "-", 1),
        "default_dns_suffix": "amazonaws.com",
        "dns_suffixes": _odd_suffixes(regions),
        "frameworks": frameworks,
    }


def _configs(wheel: Path) -> dict[str, Any]:
    with zipfile.ZipFile(wheel) as archive:
        matches = [CONFIG.fullmatch(name) for name in archive.namelist()]
        return {
            match["framework"]: json.loads(archive.read(match.string))
            for match in matches
            if match and match["framework"] in FRAMEWORKS
        }


def _condense(config: dict[str, Any]) -> dict[str, Any]:
    scope = config.get("training") or config.get("processing") or config
    newest = list(scope["versions"].values())[-1]
    return {"repository": newest["repository"], "accounts": newest["registries"]}


def _odd_suffixes(regions: set[str]) -> dict[str, str]:
    resolver = EndpointResolver(botocore.loaders.create_loader().load_data("endpoints"))
    suffixes = {region: _suffix(resolver, region) for region in sorted(regions)}
    return {region: suffix for region, suffix in suffixes.items() if suffix != "amazonaws.com"}


def _suffix(resolver: EndpointResolver, region: str) -> str:
    endpoint = resolver.construct_endpoint("ecr", region) or {"hostname": f"ecr.{region}.amazonaws.com"}
    return str(endpoint["hostname"].split(f"{region}.", 1)[1])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("wheel", type=Path)
    table = generate(parser.parse_args().wheel)
    TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    print(f"{TABLE.name}: {', '.join(table['frameworks'])} from {table['source']}")


if __name__ == "__main__":
    main()
