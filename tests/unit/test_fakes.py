"""The fakes, where the workflow's tests use them from several threads."""

from __future__ import annotations

from tests.fakes import InMemoryRunStore


class Looking(bytes):
    """A body during whose arrival somebody else looks at the store."""

    store: InMemoryRunStore

    def __len__(self) -> int:
        self.seen = self.store.stored_keys()
        return super().__len__()


def test_an_object_is_there_whole_or_not_at_all() -> None:
    store = InMemoryRunStore()
    body = Looking(b"1,2\n")
    body.store = store

    store.put("runs/run-1/results/a.json", body)

    assert body.seen == []
    assert store.stored_keys() == ["runs/run-1/results/a.json"]
