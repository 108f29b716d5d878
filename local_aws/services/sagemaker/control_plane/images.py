"""Image URIs by digest, as ECR knows what a tag names."""

from __future__ import annotations

import hashlib


def resolved_image(image: str) -> str:
    """The image by digest: here the digest is made of the URI, in ECR of the content."""
    return with_digest(image, f"sha256:{hashlib.sha256(image.encode()).hexdigest()}")


def with_digest(image: str, digest: str) -> str:
    """The image by `digest` in the place of its tag; one by digest already stays."""
    if "@" in image:
        return image
    registry, slash, name = image.rpartition("/")
    return f"{registry}{slash}{name.split(':')[0]}@{digest}"
