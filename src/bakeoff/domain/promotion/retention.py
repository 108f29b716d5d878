"""What becomes of production when its stack is deleted."""

from __future__ import annotations

from bakeoff.domain.promotion.deployment import IN_TRANSITION, Hosting, Store
from bakeoff.domain.run.production import PRODUCTION, VERSIONS


def remaining(hosting: Hosting) -> list[str]:
    """What SageMaker still has of production, in words."""
    endpoint = [f"endpoint {hosting.endpoint}"] if hosting.deployment() else []
    return [*endpoint, *(f"endpoint configuration and model {name}" for name in hosting.configs())]


def remove(hosting: Hosting, store: Store) -> bool:
    """One step towards nothing left of production; True when that is reached, else call again later.

    Records stay with the runs' results: the data bucket's own retention decides about them.
    """
    found = hosting.deployment()
    if found is not None:
        if found.status not in IN_TRANSITION:
            hosting.delete_endpoint(hosting.endpoint)
        return False
    for name in hosting.configs():
        hosting.delete_endpoint_config(name)
        hosting.delete_model(name)
    for key in [key for key in store.sizes(PRODUCTION) if not key.startswith(VERSIONS)]:
        store.delete(key)
    return True
