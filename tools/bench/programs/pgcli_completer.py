"""pgcli's completer over names that it is given. `tools/bench/pgcli.py` runs it with the Python that has pgcli.

The first line on stdin is the catalog: schema, tables, columns. Each further one is a text with a place in it, and gets
a line with the milliseconds that it took and the number of items.
"""

import json
import sys
import time

from pgcli.pgcompleter import PGCompleter  # type: ignore[import-not-found]  # of another virtual environment
from prompt_toolkit.document import Document  # type: ignore[import-not-found]


def main() -> None:
    """Answer until stdin ends."""
    completer = PGCompleter()
    catalog = json.loads(sys.stdin.readline())
    schema, columns = catalog["schema"], catalog["columns"]
    completer.extend_schemata([schema])
    completer.set_search_path([schema])
    completer.extend_relations([(schema, table) for table in catalog["tables"]], kind="tables")
    rows = ((schema, table, name, kind, False, None) for table in catalog["tables"] for name, kind in columns)
    completer.extend_columns(rows, kind="tables")
    completer.extend_functions([])
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        document = Document(asked["text"], asked["offset"])
        started = time.perf_counter()
        found = completer.get_completions(document, None)
        ms = 1000 * (time.perf_counter() - started)
        print(json.dumps({"ms": ms, "items": len(found)}), flush=True)


if __name__ == "__main__":
    main()
