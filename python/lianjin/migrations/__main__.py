"""`python -m lianjin.migrations NAME`: writes the next revision, from what the tables have by now.

Before a first release 0001 is made anew: `rm python/lianjin/migrations/versions/r0001*` and
`make migration NAME=first`.
"""

from __future__ import annotations

import sys
import tempfile

from lianjin.core.database import Database
from lianjin.service.schema import head, migrate, revise


def main() -> None:
    """Writes the revision and says where."""
    name = sys.argv[1] if len(sys.argv) > 1 else "change"
    with (
        tempfile.TemporaryDirectory() as folder,
        Database(f"sqlite:///{folder}/lianjin.db") as database,
    ):
        if head() is not None:
            migrate(database)
        print(revise(database, name))


if __name__ == "__main__":
    main()
