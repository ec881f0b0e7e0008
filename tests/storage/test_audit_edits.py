"""Nobody can change what the audit says without its key: no row, not its order, not its end."""

from __future__ import annotations

from random import Random

import pytest

from tests.storage.audit_edits import EDITS, a_chain, edited


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_edit_of_the_stored_audit_is_found(database, seed):
    dice = Random(seed)
    await database.write(lambda connection: a_chain(connection, dice, 25))
    made, missed = await database.write(lambda connection: edited(connection, dice, 150))
    assert missed == []
    assert set(made) == {edit.__name__ for edit in EDITS}
