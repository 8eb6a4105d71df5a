"""Functions that every server of an engine has, with their arguments, for completion and for help with a call."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from litebase.sql.dialect import Dialect


class Function(NamedTuple):
    """A function of the server; `arguments` and `returns` are for people."""

    name: str
    arguments: str
    returns: str

    @property
    def signature(self) -> str:
        return f"({self.arguments}) → {self.returns}"


_COMMON: Final = """
count(expression) bigint|sum(expression) number|avg(expression) number|min(expression) same type
max(expression) same type|lower(text) text|upper(text) text|trim(text) text|ltrim(text) text|rtrim(text) text
length(text) integer|replace(text, from, to) text|substr(text, start, count) text|abs(number) number
round(number, digits) number|coalesce(value, value) same type|nullif(value, value) same type|row_number() bigint
rank() bigint|dense_rank() bigint|lag(value, offset, default) same type|lead(value, offset, default) same type
first_value(value) same type|last_value(value) same type|ntile(buckets) integer|percent_rank() double
cume_dist() double|nth_value(value, n) same type
"""
_SQLITE: Final = """
date(time, modifier) text|time(time, modifier) text|datetime(time, modifier) text|julianday(time, modifier) real
strftime(format, time, modifier) text|unixepoch(time, modifier) integer|ifnull(value, value) same type
iif(condition, value, value) same type|instr(text, part) integer|printf(format, value) text|format(format, value) text
group_concat(expression, separator) text|total(expression) real|typeof(value) text|quote(value) text|hex(value) text
random() integer|randomblob(count) blob|zeroblob(count) blob|last_insert_rowid() integer|changes() integer
json(text) text|json_array(value) text|json_object(name, value) text|json_extract(json, path) value
json_type(json) text|json_each(json) rows|json_tree(json) rows|json_group_array(value) text
json_group_object(name, value) text|unicode(text) integer|char(code) text|glob(pattern, text) integer
like(pattern, text) integer|sqlite_version() text
"""
_POSTGRESQL: Final = """
now() timestamptz|clock_timestamp() timestamptz|date_trunc(field, timestamp) timestamp
date_part(field, timestamp) double precision|extract(field FROM timestamp) numeric|age(timestamp, timestamp) interval
to_char(value, format) text|to_date(text, format) date|to_timestamp(text, format) timestamptz
to_number(text, format) numeric|make_date(year, month, day) date|make_interval(years, months, weeks, days) interval
generate_series(start, stop, step) setof|unnest(anyarray) setof|array_agg(expression) anyarray
string_agg(text, delimiter) text|bool_and(boolean) boolean|bool_or(boolean) boolean|json_agg(expression) json
jsonb_agg(expression) jsonb|json_build_object(name, value) json|jsonb_build_object(name, value) jsonb
to_json(value) json|to_jsonb(value) jsonb|row_to_json(record) json|jsonb_set(target, path, value) jsonb
jsonb_array_elements(jsonb) setof jsonb|jsonb_each(jsonb) setof record|jsonb_object_keys(jsonb) setof text
jsonb_path_query(target, path) setof jsonb|json_array_elements(json) setof json
array_length(anyarray, dimension) integer|array_to_string(anyarray, delimiter) text
string_to_array(text, delimiter) text[]|array_append(anyarray, value) anyarray|array_position(anyarray, value) integer
cardinality(anyarray) integer|concat(value, value) text|concat_ws(separator, value) text|format(format, value) text
left(text, count) text|right(text, count) text|lpad(text, length, fill) text|rpad(text, length, fill) text
split_part(text, delimiter, n) text|position(part IN text) integer|strpos(text, part) integer|initcap(text) text
reverse(text) text|repeat(text, count) text|translate(text, from, to) text|md5(text) text
regexp_replace(text, pattern, replacement, flags) text|regexp_match(text, pattern) text[]
regexp_matches(text, pattern, flags) setof text[]|regexp_split_to_table(text, pattern) setof text
starts_with(text, prefix) boolean|ceil(number) number|floor(number) number|trunc(number, digits) number
power(number, number) number|sqrt(number) number|mod(number, number) number|random() double precision
greatest(value, value) same type|least(value, value) same type|gen_random_uuid() uuid|current_setting(name) text
current_database() name|current_schema() name|version() text|pg_sleep(seconds) void|pg_size_pretty(bytes) text
pg_total_relation_size(regclass) bigint|pg_relation_size(regclass) bigint|nextval(regclass) bigint
currval(regclass) bigint|setval(regclass, value) bigint|pg_typeof(value) regtype|to_tsvector(text) tsvector
to_tsquery(text) tsquery|plainto_tsquery(text) tsquery|encode(bytea, format) text|decode(text, format) bytea
pg_backend_pid() integer|pg_cancel_backend(pid) boolean|pg_terminate_backend(pid) boolean|txid_current() bigint
"""
_MYSQL: Final = """
now() datetime|curdate() date|curtime() time|date(value) date|year(date) integer|month(date) integer|day(date) integer
hour(time) integer|minute(time) integer|second(time) integer|date_add(date, INTERVAL value unit) datetime
date_sub(date, INTERVAL value unit) datetime|datediff(date, date) integer
timestampdiff(unit, datetime, datetime) integer|date_format(date, format) text|str_to_date(text, format) datetime
unix_timestamp(date) bigint|from_unixtime(seconds) datetime|last_day(date) date|dayofweek(date) integer
weekday(date) integer|week(date) integer|concat(value, value) text|concat_ws(separator, value) text
group_concat(expression) text|substring(text, start, count) text|substring_index(text, delimiter, count) text
left(text, count) text|right(text, count) text|locate(part, text) integer|instr(text, part) integer
lpad(text, length, fill) text|rpad(text, length, fill) text|repeat(text, count) text|reverse(text) text
char_length(text) integer|field(text, text) integer|find_in_set(text, list) integer
if(condition, value, value) same type|ifnull(value, value) same type|isnull(value) integer
greatest(value, value) same type|least(value, value) same type|ceil(number) integer|floor(number) integer
truncate(number, digits) number|mod(number, number) number|power(number, number) double|sqrt(number) double
rand() double|format(number, digits) text|md5(text) text|sha2(text, bits) text|uuid() text|hex(value) text
unhex(text) blob|inet_aton(text) integer|convert(value, type) value|json_extract(json, path) json
json_unquote(json) text|json_object(name, value) json|json_array(value) json|json_contains(json, json) integer
json_arrayagg(value) json|json_objectagg(name, value) json|json_length(json) integer|json_value(json, path) text
regexp_replace(text, pattern, replacement) text|std(expression) double|variance(expression) double
bit_and(expression) bigint|last_insert_id() bigint|row_count() bigint|found_rows() bigint|database() text|user() text
version() text|sleep(seconds) integer|connection_id() bigint|benchmark(count, expression) integer
"""


def _read(text: str) -> tuple[Function, ...]:
    found = []
    for one in text.replace("\n", "|").split("|"):
        name, _, rest = one.partition("(")
        if name:
            arguments, _, returns = rest.rpartition(")")
            found.append(Function(name, arguments, returns.strip()))
    return tuple(sorted(found))


SQLITE: Final = _read(_COMMON + _SQLITE)
POSTGRESQL: Final = _read(_COMMON + _POSTGRESQL)
MYSQL: Final = _read(_COMMON + _MYSQL)
RETURNING_ROWS: Final = frozenset(("generate_series", "unnest", "json_each", "json_tree"))


def functions_of(dialect: Dialect) -> Sequence[Function]:
    """Those of one engine, by name."""
    found: Sequence[Function] = globals().get(dialect.name.upper(), ())
    return found


def own_in_from(dialect: Dialect) -> bool:
    """Whether a database's own functions may stand where a table does."""
    return functions_of(dialect) is POSTGRESQL
