"""Whether an update of production can come to its end in the time that the stack gives it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bakeoff.domain.errors import InvalidSettings
from bakeoff.domain.messages import excerpt

# How often an update of so many instances pauses: after each move of requests of promotion.asl.yaml.
_PAUSES: Mapping[str, Callable[[int], int]] = {
    "all-at-once": lambda instances: 1,
    "canary": lambda instances: 2,
    "linear": lambda instances: math.ceil(instances / max(1, instances // 4)),
}


@dataclass(frozen=True)
class UpdateTiming:
    """What the stack says of updates of production; a pause takes `bake_seconds`, the whole update at most
    `timeout_seconds`.
    """

    traffic: str
    instances: int
    bake_seconds: int
    timeout_seconds: int

    def require_time(self) -> None:
        """Raises InvalidSettings unless the time is more than that of all pauses: SageMaker would refuse the
        update.
        """
        pauses = self._pauses()
        waited = pauses * self.bake_seconds
        if self.timeout_seconds > waited:
            return
        counted = "a pause" if pauses == 1 else f"{pauses} pauses"
        raise InvalidSettings(
            f"PromotionTimeoutSeconds is {self.timeout_seconds}, but with PromotionTraffic {self.traffic} an "
            f"update of production has {counted} of {self.bake_seconds} seconds (PromotionBakeSeconds), "
            f"{waited} together: give it more than that, or shorten PromotionBakeSeconds."
        )

    def _pauses(self) -> int:
        if self.traffic not in _PAUSES:
            raise InvalidSettings(
                f"PromotionTraffic must be one of {', '.join(_PAUSES)}, not {excerpt(self.traffic)}."
            )
        return _PAUSES[self.traffic](self.instances)
