"""Makes a sample SQLite database, always the same: `python -m tools.sample_database FILE`."""

import random
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ARTISTS, ALBUMS, TRACKS, PLAYS = 300, 1_200, 12_000, 120_000
LONG_TEXT_BYTES = 1_000_000

TABLES = """
CREATE TABLE artists (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  country VARCHAR(2),
  formed DATE,
  active BOOLEAN NOT NULL DEFAULT 1
);
CREATE TABLE albums (
  id INTEGER PRIMARY KEY,
  artist_id INTEGER NOT NULL REFERENCES artists (id),
  title TEXT NOT NULL,
  released DATE,
  price DECIMAL(10,2),
  cover BLOB
);
CREATE TABLE tracks (
  id INTEGER PRIMARY KEY,
  album_id INTEGER NOT NULL REFERENCES albums (id),
  title TEXT NOT NULL,
  ms INTEGER NOT NULL CHECK (ms > 0),
  rating REAL
);
CREATE TABLE plays (
  id INTEGER PRIMARY KEY,
  track_id INTEGER NOT NULL REFERENCES tracks (id),
  played_at TIMESTAMP NOT NULL,
  device TEXT,
  seconds INTEGER NOT NULL
);
CREATE TABLE odd_values (
  id INTEGER PRIMARY KEY,
  what TEXT NOT NULL,
  value
);
CREATE INDEX albums_by_artist ON albums (artist_id);
CREATE INDEX tracks_by_album ON tracks (album_id);
CREATE INDEX plays_by_track ON plays (track_id);
CREATE VIEW top_tracks AS
  SELECT tracks.id, tracks.title, count(*) AS plays
  FROM plays JOIN tracks ON tracks.id = plays.track_id
  GROUP BY tracks.id ORDER BY plays DESC, tracks.id;
"""

# values that a client must not change; the second item is SQL
ODD_VALUES = (
    ("NULL", "NULL"),
    ("largest integer", "9223372036854775807"),
    ("smallest integer", "-9223372036854775808"),
    ("first integer that a double cannot hold", "9007199254740993"),
    ("decimal digits as text", "'12345678901234567890.0000000001'"),
    ("smallest double", "5e-324"),
    ("infinity", "9e999"),
    ("emoji", "'😀 👩🏽‍🚀 🇪🇺'"),
    ("other scripts", "'你好 · שלום · Ωμέγα'"),
    ("text that is not valid UTF-8", "CAST(x'66fc72' AS TEXT)"),
    ("NUL inside a text", "'a' || char(0) || 'b'"),
    ("a terminal's escape sequence", "char(27) || '[31mred'"),
    ("line breaks", "'one' || char(10) || 'two'"),
    ("empty text", "''"),
    ("empty blob", "x''"),
    ("blob", "x'89504e470d0a1a0a00ff'"),
    ("date before Christ", "'-0044-03-15'"),
    ("time with zone", "'2026-03-29T02:30:00.123456789+02:00'"),
    ("text of 1 MB", f"replace(hex(zeroblob({LONG_TEXT_BYTES // 2})), '00', 'ab')"),
)

_SYLLABLES = ("ba", "ko", "li", "mer", "no", "ra", "sol", "ta", "vi", "zen", "ul", "fjo")
_COUNTRIES = ("DE", "FR", "GB", "IS", "JP", "NG", "US", None)
_DEVICES = ("phone", "desktop", "car", "speaker", None)
_FIRST_DAY = date(1960, 1, 1)
_FIRST_PLAY = datetime(2024, 1, 1, tzinfo=UTC)


def make(path: Path) -> None:
    """Write the database to a new file."""
    chance = random.Random(7)  # noqa: S311  # the same rows each time, no secret
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;" + TABLES)
        database.executemany("INSERT INTO artists VALUES (?, ?, ?, ?, ?)", _artists(chance))
        database.executemany("INSERT INTO albums VALUES (?, ?, ?, ?, ?, ?)", _albums(chance))
        database.executemany("INSERT INTO tracks VALUES (?, ?, ?, ?, ?)", _tracks(chance))
        database.executemany("INSERT INTO plays VALUES (?, ?, ?, ?, ?)", _plays(chance))
        for what, value in ODD_VALUES:
            database.execute(f"INSERT INTO odd_values (what, value) VALUES (?, {value})", (what,))


def _name(chance: random.Random, words: int) -> str:
    return " ".join("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 3))).capitalize() for _ in range(words))


def _day(chance: random.Random) -> str:
    return (_FIRST_DAY + timedelta(days=chance.randrange(24_000))).isoformat()


def _artists(chance: random.Random) -> list[tuple[object, ...]]:
    return [
        (one, f"{_name(chance, 2)} {one}", chance.choice(_COUNTRIES), _day(chance), chance.random() < 0.8)
        for one in range(1, ARTISTS + 1)
    ]


def _albums(chance: random.Random) -> list[tuple[object, ...]]:
    return [
        (
            one,
            chance.randint(1, ARTISTS),
            _name(chance, 2),
            None if chance.random() < 0.1 else _day(chance),
            f"{chance.randint(399, 2999) / 100:.2f}",
            chance.randbytes(24),
        )
        for one in range(1, ALBUMS + 1)
    ]


def _tracks(chance: random.Random) -> list[tuple[object, ...]]:
    return [
        (
            one,
            chance.randint(1, ALBUMS),
            _name(chance, chance.randint(1, 4)),
            chance.randint(45_000, 900_000),
            None if chance.random() < 0.3 else round(chance.random() * 5, 1),
        )
        for one in range(1, TRACKS + 1)
    ]


def _plays(chance: random.Random) -> list[tuple[object, ...]]:
    return [
        (
            one,
            int(TRACKS * chance.random() ** 2) + 1,  # some tracks are played far more often than others
            (_FIRST_PLAY + timedelta(seconds=one * 421)).strftime("%Y-%m-%d %H:%M:%S"),
            _DEVICES[int(chance.random() * len(_DEVICES))],
            int(chance.random() * 600),
        )
        for one in range(1, PLAYS + 1)
    ]


def main() -> int:
    """Make the file that the command line names, unless it exists."""
    if len(sys.argv) != 2:
        print("usage: python -m tools.sample_database FILE", file=sys.stderr)
        return 2
    path = Path(sys.argv[1])
    if path.exists():
        print(f"{path} already exists; remove it or choose another name.", file=sys.stderr)
        return 1
    make(path)
    print(f"{path}: {path.stat().st_size:,} bytes, {PLAYS:,} rows in plays")
    return 0


if __name__ == "__main__":
    sys.exit(main())
