"""ZIP files as they are made."""

from __future__ import annotations

import io
import zipfile

from deepforge.services.zips import Member, zipped


def test_a_file_from_a_time_that_zip_does_not_know_is_of_the_nearest() -> None:
    members = [
        Member("new", 1, lambda: io.BytesIO(b"n"), at=(2109, 1, 1, 0, 0, 0)),
        Member("old", 1, lambda: io.BytesIO(b"o"), at=(1970, 1, 1, 0, 0, 0)),
    ]
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(members)))) as archive:
        assert [found.date_time[0] for found in archive.infolist()] == [2107, 1980]
        assert archive.read("new") == b"n"
