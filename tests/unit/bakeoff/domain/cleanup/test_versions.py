from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.cleanup.versions import CALLED_FOR, Version, outlived

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def versions(*days_ago: int) -> list[Version]:
    return [Version(number, NOW - timedelta(days=days)) for number, days in enumerate(days_ago, start=1)]


def test_a_version_is_kept_while_a_run_that_began_with_it_can_call_it() -> None:
    first, second, third = versions(900, 61, 60)

    # The first one was the newest until 61 days ago, the second until 60 days ago.
    assert outlived([third, first, second], NOW) == [first]


def test_the_newest_is_kept_whatever_its_age() -> None:
    assert outlived(versions(3000), NOW) == []
    assert outlived([], NOW) == []


@given(st.lists(st.integers(min_value=0, max_value=400), max_size=12))
def test_every_version_that_was_the_newest_at_a_recent_moment_is_kept(ages: list[int]) -> None:
    published = versions(*sorted(ages, reverse=True))
    gone = outlived(published, NOW)

    for version in published:
        later = [each for each in published if each.number > version.number]
        was_newest_recently = not later or later[0].published >= NOW - CALLED_FOR
        assert (version not in gone) == was_newest_recently
