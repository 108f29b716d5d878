from __future__ import annotations

from tests.unit.conftest import no_network

__all__ = ["no_network"]
