"""The exchange of a worker: what must fit into one request does."""

from __future__ import annotations

import msgspec

from deepforge.core.messages import Exchange, Held, Shipment
from deepforge.runtime.journal import MAX_PAYLOAD, NOTE, frame
from deepforge.server.routes.workers import EXCHANGE_LIMIT
from deepforge.worker.shipping import STRETCH


def test_the_largest_record_fits_with_a_stretch_of_the_log() -> None:
    record = frame(NOTE, bytes(MAX_PAYLOAD))
    shipment = Shipment("j" * 26, 1, 0, record, 0, bytes(STRETCH))  # type: ignore[arg-type]
    said = Exchange("first", shipments=(shipment,), holding=(Held(shipment.job, 1),) * 100)
    assert len(msgspec.msgpack.encode(said)) <= EXCHANGE_LIMIT
