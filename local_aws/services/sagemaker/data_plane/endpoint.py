"""Which fleet of an endpoint answers a request, and when a fleet may end without failing one."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.data_plane.fleets import Fleet
from local_aws.services.sagemaker.data_plane.model_servers import (
    INVOCATION_SECONDS,
    EndpointStopped,
    ModelServer,
    Variant,
)


class Endpoint:
    """The fleets of an endpoint, each with its share of the requests.

    Shares are kept exactly, by smooth weighted round robin: of 20 requests at a share of 1/10, 2 go there.
    """

    def __init__(self, instance: Instance, name: str) -> None:
        self._site, self._name = instance, name
        self._shares: dict[Fleet, Fraction] = {}
        self._credit: dict[Fleet, Fraction] = {}
        self._open: Counter[Fleet] = Counter()
        self._fleets: list[Fleet] = []
        self._generation = 0
        self._changed = threading.Condition()
        self.stopped = threading.Event()

    def new_fleet(self, variants: Sequence[Variant]) -> Fleet:
        """A fleet that is not started, without requests."""
        with self._changed:
            self._generation += 1
            fleet = Fleet(self._site, self._name, self._generation, variants)
            self._fleets.append(fleet)
        if self.stopped.is_set():
            fleet.stop()
        return fleet

    @property
    def shares(self) -> Mapping[Fleet, Fraction]:
        return self._shares

    def share(self, shares: Mapping[Fleet, Fraction]) -> None:
        """Send requests to these fleets from now on; `shares` are parts of 1."""
        with self._changed:
            self._shares = {fleet: share for fleet, share in shares.items() if share > 0}
            self._credit = dict.fromkeys(self._shares, Fraction(0))

    @contextmanager
    def lease(self, target_variant: str | None) -> Iterator[ModelServer | None]:
        """The server for a request, which lives until the block ends; None if there is no such variant."""
        fleet = self._take(target_variant)
        if fleet is None:
            yield None
            return
        try:
            yield fleet.choose(target_variant)
        finally:
            with self._changed:
                self._open[fleet] -= 1
                self._changed.notify_all()

    def retire(self, fleet: Fleet) -> None:
        """Stop a fleet that gets no requests any more, once it has answered those it has.

        Raises EndpointStopped when the whole endpoint stops meanwhile.
        """
        with self._changed:
            self._changed.wait_for(lambda: self.stopped.is_set() or not self._open[fleet], INVOCATION_SECONDS)
            self._fleets.remove(fleet)
        fleet.stop()
        if self.stopped.is_set():
            raise EndpointStopped

    def weigh(self, variant: str, weight: float) -> None:
        for fleet in self._shares:
            fleet.weigh(variant, weight)

    def stop(self) -> None:
        """End all fleets, serving or not."""
        self.stopped.set()
        with self._changed:
            self._changed.notify_all()
            fleets = list(self._fleets)
        for fleet in fleets:
            fleet.stop()

    def _take(self, target_variant: str | None) -> Fleet | None:
        with self._changed:
            able = {
                fleet: share
                for fleet, share in self._shares.items()
                if target_variant is None or fleet.has(target_variant)
            }
            if not able:
                return None
            for fleet, share in able.items():
                self._credit[fleet] += share
            chosen = max(able, key=lambda fleet: self._credit[fleet])
            self._credit[chosen] -= sum(able.values())
            self._open[chosen] += 1
            return chosen
