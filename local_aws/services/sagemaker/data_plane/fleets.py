"""The model servers of one generation of an endpoint: an update starts a new one beside the old."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Sequence

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.data_plane.model_servers import EndpointStopped, ModelServer, Variant


class Fleet:
    """One server for each variant, whatever its number of instances; requests are shared out by weight.

    The folder is the generation's own: two fleets of one endpoint serve variants of the same name at once.
    """

    def __init__(
        self, instance: Instance, endpoint: str, generation: int, variants: Sequence[Variant]
    ) -> None:
        self._site, self._endpoint = instance, endpoint
        self._folder = instance.work_dir / "sagemaker" / "endpoints" / endpoint / str(generation)
        self._variants = {variant.name: variant for variant in variants}
        self._weights = {variant.name: variant.weight for variant in variants}
        self._servers: dict[str, ModelServer] = {}
        self._stopping = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Return when every variant answers; or EndpointFailed, EndpointStopped, NoLocalImplementation."""
        for name, variant in self._variants.items():
            server = ModelServer(self._site, self._endpoint, variant, self._folder / name)
            with self._lock:
                if self._stopping.is_set():
                    raise EndpointStopped
                self._servers[name] = server
            server.start(self._stopping)

    def ship_logs(self) -> None:
        for server in self._servers.values():
            server.log.ship()

    def has(self, variant: str) -> bool:
        return variant in self._variants

    def weigh(self, variant: str, weight: float) -> None:
        """Give a variant another share of the requests."""
        self._weights[variant] = weight

    def choose(self, target_variant: str | None) -> ModelServer | None:
        """The server of a named variant, or one by weight; None when there is none (any more)."""
        with self._lock:
            servers = dict(self._servers)
        if target_variant is not None or not servers:
            return servers.get(target_variant or "")
        weights = [self._weights[name] for name in servers]
        return random.choices(list(servers.values()), weights if any(weights) else None)[0]

    def stop(self) -> None:
        """End all servers and take away what they had on disk. A second call does nothing."""
        with self._lock:
            self._stopping.set()
            servers, self._servers = self._servers, {}
        for server in servers.values():
            server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
