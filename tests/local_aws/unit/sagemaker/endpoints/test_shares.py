"""How an endpoint shares requests among its fleets, and when one of them ends."""

from __future__ import annotations

import threading
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.data_plane import fleets
from local_aws.services.sagemaker.data_plane.endpoint import Endpoint
from local_aws.services.sagemaker.data_plane.fleets import Fleet
from local_aws.services.sagemaker.data_plane.model_servers import EndpointStopped, Variant
from tests.patience import PATIENCE_SECONDS


class FakeServer:
    def __init__(self, instance: Instance, endpoint: str, variant: Variant, folder: Path) -> None:
        self.variant, self.folder = variant, folder
        self.is_stopped = False

    def start(self, stopped: threading.Event) -> None:
        self.folder.mkdir(parents=True)

    def stop(self) -> None:
        self.is_stopped = True


@pytest.fixture
def endpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    monkeypatch.setattr(fleets, "ModelServer", FakeServer)
    return Endpoint(Instance("http://none", tmp_path), "e")


def started(endpoint: Endpoint, *names: str) -> Fleet:
    fleet = endpoint.new_fleet([Variant(name, 1.0, {}) for name in names or ("main",)])
    fleet.start()
    return fleet


def folder_of(endpoint: Endpoint, target: str | None = None) -> str | None:
    with endpoint.lease(target) as server:
        assert server is None or isinstance(server, FakeServer)
        return server.folder.parent.name if server else None


@given(st.lists(st.integers(0, 20), min_size=1, max_size=4).filter(any))
def test_shares_are_kept_exactly(parts: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FakeServer, "start", lambda self, stopped: None)
        patch.setattr(fleets, "ModelServer", FakeServer)
        endpoint = Endpoint(Instance("http://none", Path("nowhere")), "e")
        all_fleets = [started(endpoint) for _ in parts]
        whole = sum(parts)
        endpoint.share({fleet: Fraction(part, whole) for fleet, part in zip(all_fleets, parts, strict=True)})

        asked = Counter(folder_of(endpoint) for _ in range(whole))

    assert asked == {str(number): part for number, part in enumerate(parts, 1) if part}


def test_generations_have_folders_of_their_own(endpoint: Endpoint, tmp_path: Path) -> None:
    old, new = started(endpoint), started(endpoint)
    folder = tmp_path / "sagemaker" / "endpoints" / "e"
    assert sorted(path.name for path in folder.iterdir()) == ["1", "2"]

    old.stop()

    assert [path.name for path in folder.iterdir()] == ["2"]
    new.stop()


def test_a_named_variant_is_found_in_the_fleet_that_has_it(endpoint: Endpoint) -> None:
    old, new = started(endpoint, "a", "b"), started(endpoint, "b", "c")
    endpoint.share({old: Fraction(1, 2), new: Fraction(1, 2)})

    assert {folder_of(endpoint, "a") for _ in range(5)} == {"1"}
    assert {folder_of(endpoint, "b") for _ in range(5)} == {"1", "2"}
    assert {folder_of(endpoint, "c") for _ in range(5)} == {"2"}
    assert folder_of(endpoint, "d") is None


def test_a_fleet_ends_after_its_last_request(endpoint: Endpoint) -> None:
    old, new = started(endpoint), started(endpoint)
    endpoint.share({old: Fraction(1)})
    with endpoint.lease(None) as server:
        assert isinstance(server, FakeServer)
        endpoint.share({new: Fraction(1)})
        retiring = threading.Thread(target=endpoint.retire, args=[old])
        retiring.start()
        # It waits: another thread's request would find the server alive.
        assert folder_of(endpoint) == "2"
        assert not server.is_stopped
    retiring.join(PATIENCE_SECONDS)
    assert server.is_stopped


def test_the_end_of_the_endpoint_does_not_wait_for_requests(endpoint: Endpoint) -> None:
    old, raised = started(endpoint), []
    endpoint.share({old: Fraction(1)})

    def retire() -> None:
        try:
            endpoint.retire(old)
        except EndpointStopped as err:
            raised.append(err)

    with endpoint.lease(None):
        retiring = threading.Thread(target=retire)
        retiring.start()
        endpoint.stop()
        retiring.join(PATIENCE_SECONDS)

    assert len(raised) == 1
    assert folder_of(endpoint) is None


def test_a_fleet_of_a_stopped_endpoint_does_not_start(endpoint: Endpoint) -> None:
    endpoint.stop()

    with pytest.raises(EndpointStopped):
        started(endpoint)


def test_variants_without_a_weight_share_evenly_and_a_weight_can_change(endpoint: Endpoint) -> None:
    fleet = started(endpoint, "a", "b")
    endpoint.share({fleet: Fraction(1)})
    endpoint.weigh("a", 0.0)

    def chosen() -> str:
        with endpoint.lease(None) as server:
            assert server is not None
            return server.variant.name

    assert {chosen() for _ in range(20)} == {"b"}
    endpoint.weigh("b", 0.0)
    assert {chosen() for _ in range(200)} == {"a", "b"}
