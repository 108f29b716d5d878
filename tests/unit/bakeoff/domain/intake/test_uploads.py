from __future__ import annotations

import pytest

from bakeoff.domain.collecting import ErrorCollector
from bakeoff.domain.errors import ServiceUnavailable
from bakeoff.domain.intake.uploads import Upload, start_runs
from tests.fakes import FakeStarter

UPLOAD = Upload("data", "Inputs/dataset1.csv", 129_353, "version-1", "0055AE")


def upload(key: str = UPLOAD.key, size: int = 1, version: str = "v1", sequencer: str = "1") -> Upload:
    return Upload("data", key, size, version, sequencer)


def test_an_upload_starts_the_run_of_its_revision() -> None:
    starter = FakeStarter()

    outcome = start_runs(starter, [UPLOAD], ErrorCollector())

    assert outcome == {"started": [UPLOAD.run_id], "repeated": [], "ignored": []}
    assert starter.inputs[UPLOAD.run_id] == {
        "trigger": {
            "bucket": "data",
            "key": "Inputs/dataset1.csv",
            "bytes": 129_353,
            "version_id": "version-1",
            "sequencer": "0055AE",
        }
    }


def test_a_repeated_event_starts_nothing_twice() -> None:
    starter = FakeStarter()

    outcome = start_runs(starter, [UPLOAD, UPLOAD], ErrorCollector())

    assert outcome == {"started": [UPLOAD.run_id], "repeated": [UPLOAD.run_id], "ignored": []}


@pytest.mark.parametrize(
    "ignored",
    [
        upload("Inputs/folder/", 0),
        upload("Inputs/folder/"),
        upload(size=0),
        upload("Inputs/.DS_Store"),
        upload("Inputs/2026/Thumbs.db"),
        upload("Inputs/__MACOSX/a.csv"),
        upload("Inputs/_SUCCESS"),
        upload("Inputs/.part-0.csv.crc"),
    ],
)
def test_folder_markers_empty_objects_and_hidden_files_start_nothing(ignored: Upload) -> None:
    starter = FakeStarter()

    assert start_runs(starter, [ignored], ErrorCollector())["ignored"] == [ignored.key]
    assert not starter.inputs


@pytest.mark.parametrize("size", [0, 20])
def test_settings_start_a_run_even_when_they_are_empty_now(size: int) -> None:
    settings = upload("Inputs/bakeoff.yaml", size)

    assert start_runs(FakeStarter(), [settings], ErrorCollector())["started"] == [settings.run_id]


def test_a_new_version_of_the_same_object_is_a_new_run() -> None:
    assert upload(version="v1").run_id != upload(version="v2").run_id


def test_in_an_unversioned_bucket_the_sequencer_tells_uploads_apart() -> None:
    first, second = upload(version="", sequencer="1"), upload(version="", sequencer="2")

    assert first.run_id != second.run_id
    assert first.run_id == upload(version="", sequencer="1").run_id


def test_a_version_outweighs_the_sequencer() -> None:
    """S3 may deliver one event twice; what counts is the revision, of which there is one."""
    assert upload(sequencer="1").run_id == upload(sequencer="2").run_id


def test_an_upload_that_cannot_be_started_costs_no_other_its_run() -> None:
    starter, errors = FakeStarter(), ErrorCollector()
    first, broken, last = upload(version="v1"), upload(version="v2"), upload(version="v3")
    starter.broken = {broken.run_id: ServiceUnavailable("Throttled.")}

    outcome = start_runs(starter, [first, broken, last], errors)

    assert outcome["started"] == [first.run_id, last.run_id]
    with pytest.raises(ServiceUnavailable):
        errors.raise_first()
