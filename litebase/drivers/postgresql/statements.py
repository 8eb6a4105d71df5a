"""What the text of a statement tells before it is sent.

A mistake here costs a round trip or a word in an error, never a wrong value.
"""

import re

from litebase.sql.words import first_word

_READING = {"SELECT", "VALUES", "TABLE", "SHOW", "FETCH"}
_MAY_RETURN_ROWS = {"SELECT", "VALUES", "TABLE", "WITH", "FETCH", "CALL", "EXECUTE", ""}
_RETURNING = re.compile(r"\bRETURNING\b", re.IGNORECASE)
_WRITES = re.compile(r"\b(?:INSERT|DELETE|MERGE|INTO|(?<!FOR )(?<!FOR NO KEY )UPDATE)\b", re.IGNORECASE)
_RUNS = re.compile(r"\bANALY[SZ]E\b", re.IGNORECASE)
# what can change rows and give them: behind WITH these stand inside, and nowhere else in a statement that only reads
_CHANGES_ROWS = re.compile(
    r"\b(?:INSERT\s+INTO|DELETE\s+FROM|MERGE\s+INTO|(?<!FOR )(?<!FOR NO KEY )UPDATE\s)", re.IGNORECASE
)
# strings, names in quotes, comments
_OPAQUE = re.compile(
    r"""(?P<name>"[^"]*")|'[^']*'|--[^\n\r]*|/\*.*?\*/|(?P<tag>(?<![\w$])\$(?:[^\W\d]\w*)?\$).*?(?P=tag)""", re.DOTALL
)
_MOST_DOLLARS = 1000
_BLANKS = re.compile(r"\s+")
_MAY_CALL = {"SELECT", "WITH", "VALUES", "TABLE", ""}
_CALL = re.compile(
    r"(?<![\w$.])(?<!\bAS )(?<!\bWITH )(?<!\bRECURSIVE )((?:\w+ ?\. ?)*[^\W\d][\w$]*) ?\(", re.IGNORECASE
)
_ENDS_TRANSACTION = {"COMMIT", "END", "PREPARE", ""}
# what waits for the ACCESS SHARE locks that a half-read SELECT holds
_EXCLUSIVE = {"ALTER", "DROP", "TRUNCATE", "LOCK", "VACUUM", "CLUSTER", "REINDEX", "REFRESH"}
_EXCLUSIVE_CREATE = re.compile(r"\b(?:INDEX|RULE|VIEW|POLICY|TRIGGER|PARTITION)\b", re.IGNORECASE)
# pure statements of transactions and settings, which cannot write; found at the very start only, because a comment
# before them might end elsewhere than it seems to
_HARMLESS = re.compile(r"[ \t\r\n]*(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SET|SHOW)\b", re.IGNORECASE)


# names before a parenthesis that change nothing, or nothing that outlasts the session
_HARMLESS_NAMES = (
    # words of SQL, and types that take a length
    "all and any array as between bit by case char character check cross cube decimal distinct else end except exists "
    "filter float from full group grouping having in inner intersect interval is isnull join lateral like ilike "
    "limit materialized not notnull numeric offset on or order over overlaps partition recursive rollup row search "
    "select sets similar some table tablesample then time timestamp union using values varbit varchar varying when "
    "where window with within "
    # aggregates and window functions
    "array_agg avg bit_and bit_or bool_and bool_or count cume_dist dense_rank every first_value lag last_value lead "
    "max min mode nth_value ntile percent_rank percentile_cont percentile_disc rank row_number stddev stddev_pop "
    "stddev_samp string_agg sum var_pop var_samp variance xmlagg corr covar_pop covar_samp regr_slope "
    # values
    "abs age array_append array_cat array_dims array_length array_lower array_ndims array_position array_positions "
    "array_prepend array_remove array_replace array_to_string array_upper ascii btrim bit_length cardinality cast ceil "
    "ceiling char_length character_length chr clock_timestamp coalesce concat concat_ws cos date date_bin date_part "
    "date_trunc decode degrees div encode exp extract floor format gen_random_uuid generate_series "
    "generate_subscripts greatest initcap justify_days justify_hours justify_interval least left length ln log lower "
    "lpad ltrim make_date make_interval make_time make_timestamp make_timestamptz md5 mod now nullif octet_length "
    "overlay pi position power quote_ident quote_literal quote_nullable radians random regexp_count regexp_instr "
    "regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr "
    "repeat replace reverse right round rpad rtrim sha224 sha256 sha384 sha512 sign sin split_part sqrt starts_with "
    "statement_timestamp string_to_array string_to_table strpos substr substring tan timeofday to_char to_date to_hex "
    "to_number to_timestamp to_tsquery to_tsvector transaction_timestamp translate treat trim trunc unnest upper "
    "width_bucket "
    # JSON
    "json_agg json_array json_array_elements json_array_elements_text json_array_length json_build_array "
    "json_build_object json_each json_each_text json_extract_path json_extract_path_text json_object json_object_agg "
    "json_object_keys json_populate_record json_strip_nulls json_to_record json_to_recordset json_typeof jsonb_agg "
    "jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each "
    "jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_agg "
    "jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array "
    "jsonb_path_query_first jsonb_pretty jsonb_set jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_typeof "
    "row_to_json to_json to_jsonb "
    # the server
    "col_description current_database current_date current_schema current_schemas current_setting current_time "
    "current_timestamp format_type has_schema_privilege has_table_privilege localtime localtimestamp obj_description "
    "pg_backend_pid pg_cancel_backend pg_database_size pg_get_constraintdef pg_get_expr pg_get_functiondef "
    "pg_get_indexdef pg_get_userbyid pg_get_viewdef pg_indexes_size pg_is_in_recovery pg_relation_size pg_size_pretty "
    "pg_sleep pg_sleep_for pg_sleep_until pg_table_is_visible pg_table_size pg_terminate_backend "
    "pg_total_relation_size pg_typeof shobj_description to_regclass to_regtype version"
)
_HARMLESS_CALLS = frozenset(_HARMLESS_NAMES.split())


def may_return_rows(sql: str) -> bool:
    """Whether it is worth while to ask for the columns first."""
    return first_word(sql) in _MAY_RETURN_ROWS or _RETURNING.search(sql) is not None


def may_write(sql: str) -> bool:
    """Whether running the statement twice could differ from running it once."""
    word = first_word(sql)
    if word == "EXPLAIN":
        return _RUNS.search(sql) is not None
    return word not in _READING | {"WITH"} or _WRITES.search(sql) is not None


def may_have_changed(sql: str) -> bool:
    """Whether something may be different after the statement: what writes, and what calls an unknown function."""
    return may_write(sql) or (first_word(sql) in _MAY_CALL and _calls_unknown(_bare(sql)))


def _calls_unknown(bare: str) -> bool:
    called = (call[1].replace(" ", "").lower().removeprefix("pg_catalog.") for call in _CALL.finditer(bare))
    return any(name not in _HARMLESS_CALLS for name in called)


def must_end_first(sql: str) -> bool:
    """Whether the first rows tell of changes that are kept only when the statement has ended.

    A SELECT that calls a function that writes is not meant: all SELECTs would have to be read to their end.
    """
    word = first_word(sql)
    if word in {"WITH", ""}:
        return _CHANGES_ROWS.search(_bare(sql)) is not None
    return word not in _READING and may_write(sql)


def can_be_revoked(sql: str) -> bool:
    """Whether a statement that writes may give many rows. A procedure gives one at most, and may commit by itself."""
    return first_word(sql) == "EXPLAIN" or (may_return_rows(sql) and first_word(sql) != "CALL")


def _bare(sql: str) -> str:
    """The text without strings and comments, as far as it is certain where they end, and with single blanks."""
    # an escaped quote; a comment inside a comment; so many tags that looking for their ends takes long
    if "\\" not in sql and sql.count("/*") <= 1 and sql.count("$") <= _MOST_DOLLARS:
        sql = _OPAQUE.sub(lambda found: "q" if found["name"] else " ", sql)
    return _BLANKS.sub(" ", sql)


def may_commit(sql: str) -> bool:
    """Whether the statement may make the changes of an open transaction last."""
    return first_word(sql) in _ENDS_TRANSACTION


def waits_for_readers(sql: str) -> bool:
    """Whether the statement needs a lock that a half-read result keeps it from."""
    word = first_word(sql)
    return word in _EXCLUSIVE or (word == "CREATE" and _EXCLUSIVE_CREATE.search(sql) is not None)


def is_harmless(sql: str) -> bool:
    """Whether a read-only session may run the statement without a seal."""
    return _HARMLESS.match(sql) is not None
