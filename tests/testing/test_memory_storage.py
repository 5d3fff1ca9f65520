"""The storage in memory keeps what every storage promises."""

from __future__ import annotations

import pytest

from deepforge.testing.memory_storage import MemoryStorage
from deepforge.testing.storage import StorageSuite


class TestMemoryStorage(StorageSuite):
    @pytest.fixture
    def storage(self) -> MemoryStorage:
        return MemoryStorage()
