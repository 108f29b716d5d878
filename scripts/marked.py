"""Pages of which a program writes a part: what stands between two comments with its name."""

from __future__ import annotations

import re


def embed(page: str, name: str, shown: str) -> str:
    """`page` with `shown` between `<!-- name -->` and `<!-- /name -->`."""
    marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    return marked.sub(lambda found: f"{found[1]}{shown}{found[2]}", page)
