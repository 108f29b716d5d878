"""The versions of production: which were live, which may go, and what a failed promotion leaves behind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from bakeoff.domain.promotion.deployment import IN_SERVICE, IN_TRANSITION, Hosting, Store
from bakeoff.domain.promotion.probe import probe_key
from bakeoff.domain.run.production import model_copy_of, read_record, version_of


def config_name(endpoint: str, execution: str) -> str:
    """The name of what a promotion makes, its model and its endpoint configuration: one never served before.

    SageMaker keeps serving with what a configuration was when a name is taken again.
    """
    return f"{endpoint}-{hashlib.sha256(execution.encode()).hexdigest()[:10]}"


def lineage(store: Store, config: str) -> Iterator[str]:
    """A configuration, the one that it replaced, and so on."""
    seen: set[str] = set()
    following: str | None = config
    while following is not None and following not in seen:
        seen.add(following)
        yield following
        record = read_record(store, following)
        following = record["previous"] if record else None


def prune(hosting: Hosting, store: Store, keep: int, left: str | None) -> list[str]:
    """Delete what production no longer needs, but for the latest `keep` versions of the live one's lineage,
    itself and the one before in any case, and for the one that it has just `left`, which after a way back is
    no older one; returns the names. Their records stay: they are its history.

    Nothing goes while the endpoint is on its way: it may yet return to any of them.
    """
    found = hosting.deployment()
    if found is None or found.status != IN_SERVICE or found.pending:
        return []
    kept = [name for name, _ in zip(lineage(store, found.config), range(max(keep, 2)), strict=False)]
    old = [name for name in hosting.configs() if name not in kept and name != left]
    for name in old:
        _forget(hosting, store, name)
    return old


def discard(
    hosting: Hosting, store: Store, config: str, *, unwanted: bool = False, kept: bool = False
) -> bool:
    """One step towards nothing left of a promotion that failed or was stopped; True when that is reached, or
    when the endpoint serves or has served with it after all, else call again later.

    An endpoint that the promotion created goes, too, if it answers nobody or is `unwanted`, and before the
    rest: that of a first promotion, or of a way back, whose version is `kept`.
    """
    found, record = hosting.deployment(), read_record(store, config)
    if found is None or config not in (found.config, found.pending):
        if kept or (found is not None and config in lineage(store, found.config)):
            # Another promotion has replaced it meanwhile: it is what production goes back to.
            return True
        _forget(hosting, store, config)
        store.delete(version_of(config))
        return True
    if found.status in IN_TRANSITION:
        return False
    is_created = kept or (record is not None and record["previous"] is None)
    if is_created and (unwanted or found.status != IN_SERVICE):
        hosting.delete_endpoint(hosting.endpoint)
        return False
    return True


def leftovers(hosting: Hosting, ended: Iterable[str]) -> list[str]:
    """The versions that are there although their promotions, the executions `ended`, did not succeed."""
    unsuccessful = {config_name(hosting.endpoint, execution) for execution in ended}
    return [name for name in hosting.configs() if name in unsuccessful]


def _forget(hosting: Hosting, store: Store, config: str) -> None:
    hosting.delete_endpoint_config(config)
    hosting.delete_model(config)
    store.delete(model_copy_of(config))
    store.delete(probe_key(config))
