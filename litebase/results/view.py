"""A stored result again, with fewer rows or in another order: its rows are copied, and no statement is run.

Memory stays bounded, and the work can be stopped between two steps, each of which takes some milliseconds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from anyio import CancelScope, to_thread

from litebase.errors import LimitExceeded
from litebase.results.batch import Batch, Cell, WholeCell
from litebase.results.filter import Choice
from litebase.results.order import Order
from litebase.results.sorting import Records, Sorting, keys_of, no_disk
from litebase.results.store import RowStore
from litebase.results.use import StoreUse

_BATCH_BYTES = 1_048_576
_NUMBER_BYTES = 8


async def copy_view(
    source: RowStore, view: RowStore, choices: Sequence[Choice], orders: Sequence[Order], use: StoreUse
) -> None:
    """Fill `view` with the rows of `source` that all `choices` want, sorted stably.

    Raises `LimitExceeded` for want of disk.
    """
    sorting = Sorting(use)
    kept = _kept(source, choices, orders)
    batches = _batches(source, _sorted(source, sorting, orders, kept) if orders else (rows for rows, _ in kept))
    try:
        while (batch := await to_thread.run_sync(next, batches, _END)) is not _END:
            sorting.count()
            if isinstance(batch, Batch):
                view.append(batch)
                await view.make_room()
    except OSError as error:
        raise no_disk(use, f"{error.strerror}. Make room on it, or close other results") from error
    except LimitExceeded as error:  # of the store, which speaks of reading
        raise no_disk(use, f"results may take {use.max_disk_bytes:,} bytes. Close others, or filter more") from error
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(sorting.close)
        sorting.count()


_END = object()


@dataclass(slots=True)
class _Rows:
    """Rows on their way into a view, packed, with their numbers in the source where it has cut cells."""

    packed: Sequence[bytes]
    numbers: Sequence[int]


def _kept(
    source: RowStore, choices: Sequence[Choice], orders: Sequence[Order]
) -> Iterator[tuple[_Rows, list[Sequence[Cell]]]]:
    """The rows that are wanted, some at a time, with their cells of the columns that they are sorted by."""
    columns = {*(one.column for one in choices), *(one.column for one in orders)}
    numbered = source.has_cut_cells
    for stored in source.all_batches():
        for part in stored.columns(columns):
            data, ends = part.data, part.ends
            places: Sequence[int] = range(part.count)
            for choice in choices:
                places = choice.places(part.cells[choice.column], places)
            packed = [data[ends[at] : ends[at + 1]] for at in places]
            numbers = [part.first_row + at for at in places] if numbered else ()
            all_wanted = len(places) == part.count
            cells = [part.cells[one.column] for one in orders]
            yield _Rows(packed, numbers), cells if all_wanted else [[one[at] for at in places] for one in cells]


def _sorted(
    source: RowStore, sorting: Sorting, orders: Sequence[Order], kept: Iterable[tuple[_Rows, list[Sequence[Cell]]]]
) -> Iterator[_Rows]:
    """The rows in order. Where the source has cut cells, the number of each is kept behind it meanwhile."""
    if not source.has_cut_cells:
        records = (Records(keys_of(orders, cells), list(rows.packed)) for rows, cells in kept)
        yield from (_Rows(packed, ()) for packed in sorting.rows(records))
        return
    records = (
        Records(
            keys_of(orders, cells),
            [row + at.to_bytes(_NUMBER_BYTES, "big") for row, at in zip(rows.packed, rows.numbers, strict=True)],
        )
        for rows, cells in kept
    )
    for some in sorting.rows(records):
        numbers = [int.from_bytes(row[-_NUMBER_BYTES:], "big") for row in some]
        yield _Rows([row[:-_NUMBER_BYTES] for row in some], numbers)


def _batches(source: RowStore, rows: Iterable[_Rows]) -> Iterator[Batch | None]:
    """The rows of a view as it keeps them; None where the work may be stopped."""
    first, cut = 0, source.cut_places()
    for some in rows:
        if not some.packed:
            yield None
            continue
        begin, size = 0, 0
        whole = list[WholeCell]()
        for at, number in enumerate(some.numbers if cut else ()):
            places = cut.get(number, ())
            size += sum(place.notice.full_bytes for place in places)
            if size > _BATCH_BYTES and at > begin:
                yield Batch.of_rows(first, some.packed[begin:at], whole)
                first, begin = first + at - begin, at
                whole, size = [], sum(place.notice.full_bytes for place in places)
            whole += [replace(source.whole_cell(place), row=first + at - begin) for place in places]
        yield Batch.of_rows(first, some.packed[begin:], whole)
        first += len(some.packed) - begin
