from __future__ import annotations

import pytest

from tests.unit.bakeoff_cli.fakes import Account
from tests.unit.bakeoff_cli.production import Production


@pytest.fixture
def production(account: Account) -> Production:
    """The account's stack, with Promotion on and nothing in production yet."""
    return Production(account)
