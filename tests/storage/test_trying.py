"""A transaction that others stand in the way of is stored again, but not for ever."""

from __future__ import annotations

import time

import pytest

from storage.errors import DatabaseBusy, StorageError
from storage.trying import tried_again


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.trying.random.uniform", lambda low, high: 0.0)


def test_refused_twice_it_is_stored_the_third_time() -> None:
    answers = iter([DatabaseBusy("a circle"), DatabaseBusy("a circle"), None])

    def store() -> str:
        error = next(answers)
        if error is not None:
            raise error
        return "stored"

    assert tried_again(store) == "stored"


def test_a_database_held_for_long_is_told_of_after_one_try() -> None:
    tries = []

    def store() -> None:
        tries.append(time.sleep(0.02))
        raise DatabaseBusy("held")

    with pytest.raises(DatabaseBusy, match="held"):
        tried_again(store, patience=0.01)
    assert len(tries) == 1


@pytest.mark.parametrize(("error", "most"), [(DatabaseBusy("a circle"), 8), (StorageError("full"), 1)])
def test_it_gives_up_at_last_and_at_once_where_another_try_mends_nothing(error: StorageError, most: int) -> None:
    tries = []

    def store() -> None:
        tries.append(1)
        raise error

    with pytest.raises(type(error), match=str(error)):
        tried_again(store)
    assert len(tries) == most
