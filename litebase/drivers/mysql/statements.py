"""What the text of a statement says before it is sent, judged by its first words.

MySQL has comments that `litebase.sql.words` does not know. A comment such as `/*! ... */` is executed by the server; a
text that begins with one counts as unknown.
"""

import re

_BLANKS = r"(?:\s|\ufeff|--(?:[\s\x00-\x1f][^\n]*)?(?:\n|\Z)|\#[^\n]*(?:\n|\Z)|/\*(?!M?!).*?(?:\*/|\Z))"
_START = re.compile(rf"{_BLANKS}*(?:\({_BLANKS}*)*", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+")
_BETWEEN = re.compile(rf";{_BLANKS}*\Z", re.DOTALL)
_WRITING_WORD = re.compile(r"\b(?:insert|update|delete|replace|into|nextval|setval|for\s+update)\b", re.IGNORECASE)
_BODY = re.compile(r"\b(?:procedure|function|trigger|event|package|begin|atomic)\b", re.IGNORECASE)
_SWITCH = re.compile(r"read\W+write|t(?:x|ransaction)_read_only", re.IGNORECASE)
_FILE = re.compile(r"\binto\W+(?:outfile|dumpfile)\b", re.IGNORECASE)
_GLOBAL = re.compile(r"\b(?:global|persist|persist_only|password)\b", re.IGNORECASE)
_LABEL = re.compile(r"[\w$`]+\s*:(?!=)")
_SET_FOR = re.compile(r"set\W+statement\b", re.IGNORECASE)
_UNREAD = re.compile(rf"""{_BLANKS}+|'[^']*'|(?:"[^"]*"|`[^`]*`)(?P<call>{_BLANKS}*\()?""", re.DOTALL)
_NAMED_QUERY = re.compile(r"\b(\w+)\s*\([\w\s,$`]*\)\s*AS\s*\(", re.IGNORECASE)
_CALL = re.compile(rf"""(\.\s*)?(?:(?<![\w$])([\w$]+)|`[^`]*`|"[^"]*"){_BLANKS}*\(""", re.DOTALL)

_READING = {"SELECT", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "VALUES", "TABLE", "HELP", "USE", "WITH", "CHECKSUM"}
_COUNTING = {"INSERT", "REPLACE", "UPDATE", "DELETE", "LOAD", "WITH"}
_TEXT_OF_STATEMENTS = {"BEGIN", "IF", "CASE", "LOOP", "REPEAT", "WHILE", "FOR", "DECLARE", "PREPARE", "EXECUTE"}
_ADMINISTERING = {
    "FLUSH", "RESET", "CHANGE", "PURGE", "INSTALL", "UNINSTALL", "STOP", "SHUTDOWN", "KILL", "BACKUP", "LOAD", "CACHE",
}  # fmt: skip
_LOCKING = {
    "ALTER", "DROP", "TRUNCATE", "RENAME", "CREATE", "LOCK", "OPTIMIZE", "REPAIR", "ANALYZE", "FLUSH", "BACKUP",
}  # fmt: skip

# What may stand before a bracket and calls nothing that could write.
_HARMLESS_WORDS = """
ABS ACOS ADDDATE ADDTIME AES_DECRYPT AES_ENCRYPT AGAINST ALL AND ANY ANY_VALUE AS ASCII ASIN ATAN ATAN2 AVG BETWEEN
BIN BINARY BIT_AND BIT_COUNT BIT_LENGTH BIT_OR BIT_XOR BY CASE CAST CEIL CEILING CHAR CHARACTER CHARACTER_LENGTH
CHARSET CHAR_LENGTH CHR COALESCE COERCIBILITY COLLATION COLUMNS COMPRESS CONCAT CONCAT_WS CONNECTION_ID CONV CONVERT
CONVERT_TZ COS COT COUNT CRC32 CROSS CUME_DIST CURDATE CURRENT_DATE CURRENT_ROLE CURRENT_TIME CURRENT_TIMESTAMP
CURRENT_USER CURTIME DATABASE DATE DATEDIFF DATETIME DATE_ADD DATE_FORMAT DATE_SUB DAY DAYNAME DAYOFMONTH DAYOFWEEK
DAYOFYEAR DECIMAL DEFAULT DEGREES DENSE_RANK DISTINCT DISTINCTROW DIV DOUBLE ELSE ELT ESCAPE EXCEPT EXISTS EXP
EXPORT_SET EXTRACT EXTRACTVALUE FIELD FIND_IN_SET FIRST_VALUE FLOAT FLOOR FORMAT FOUND_ROWS FROM FROM_BASE64
FROM_DAYS FROM_UNIXTIME GET_FORMAT GET_LOCK GREATEST GROUP GROUPING GROUP_CONCAT HAVING HEX HOUR IF IFNULL IN INDEX
INET6_ATON INET6_NTOA INET_ATON INET_NTOA INSTR INTERSECT INTERVAL ISNULL IS_FREE_LOCK IS_IPV4 IS_IPV6 IS_USED_LOCK
JOIN JSON_ARRAY JSON_ARRAYAGG JSON_ARRAY_APPEND JSON_ARRAY_INSERT JSON_COMPACT JSON_CONTAINS JSON_CONTAINS_PATH
JSON_DEPTH JSON_DETAILED JSON_EQUALS JSON_EXISTS JSON_EXTRACT JSON_INSERT JSON_KEYS JSON_LENGTH JSON_LOOSE
JSON_MERGE JSON_MERGE_PATCH JSON_MERGE_PRESERVE JSON_NORMALIZE JSON_OBJECT JSON_OBJECTAGG JSON_OVERLAPS JSON_PRETTY
JSON_QUERY JSON_QUOTE JSON_REMOVE JSON_REPLACE JSON_SCHEMA_VALID JSON_SEARCH JSON_SET JSON_STORAGE_SIZE JSON_TABLE
JSON_TYPE JSON_UNQUOTE JSON_VALID JSON_VALUE KEY LAG LAST_DAY LAST_INSERT_ID LAST_VALUE LATERAL LCASE LEAD LEAST
LEFT LENGTH LIKE LIMIT LN LOAD_FILE LOCALTIME LOCALTIMESTAMP LOCATE LOG LOG10 LOG2 LOWER LPAD LTRIM MAKEDATE
MAKETIME MAKE_SET MATCH MAX MD5 MEDIAN MICROSECOND MID MIN MINUS MINUTE MOD MONTH MONTHNAME NATURAL_SORT_KEY NCHAR
NOT NOW NTH_VALUE NTILE NULLIF NUMERIC NVL NVL2 OCT OCTET_LENGTH OF OFFSET ON OR ORD OVER PARTITION PERCENTILE_CONT
PERCENTILE_DISC PERCENT_RANK PERIOD_ADD PERIOD_DIFF PI POINT POSITION POW POWER QUARTER QUOTE RADIANS RAND
RANDOM_BYTES RANK REGEXP REGEXP_INSTR REGEXP_LIKE REGEXP_REPLACE REGEXP_SUBSTR RELEASE_LOCK REPEAT REPLACE RETURN
REVERSE RIGHT RLIKE ROLLUP ROUND ROW ROW_COUNT ROW_NUMBER RPAD RTRIM SCHEMA SECOND SEC_TO_TIME SELECT SESSION_USER
SHA SHA1 SHA2 SIGN SIN SLEEP SOME SOUNDEX SPACE SQRT STD STDDEV STDDEV_POP STDDEV_SAMP STRAIGHT_JOIN STRCMP
STR_TO_DATE ST_ASGEOJSON ST_ASTEXT ST_CONTAINS ST_DISTANCE ST_GEOMFROMTEXT ST_SRID ST_WITHIN ST_X ST_Y SUBDATE
SUBSTR SUBSTRING SUBSTRING_INDEX SUBTIME SUM SYSDATE SYSTEM_USER SYS_GUID TAN THEN TIME TIMEDIFF TIMESTAMP
TIMESTAMPADD TIMESTAMPDIFF TIME_FORMAT TIME_TO_SEC TO_BASE64 TO_CHAR TO_DAYS TO_SECONDS TRIM TRUNCATE UCASE
UNCOMPRESS UNHEX UNION UNIX_TIMESTAMP UPDATEXML UPPER USER USING UTC_DATE UTC_TIME UTC_TIMESTAMP UUID UUID_SHORT
VALUE VALUES VARBINARY VARCHAR VARIANCE VAR_POP VAR_SAMP VERSION WEEK WEEKDAY WEEKOFYEAR WEIGHT_STRING WHEN WHERE
XOR YEAR YEARWEEK
"""
_HARMLESS = frozenset(_HARMLESS_WORDS.split())


def first_word(sql: str) -> str:
    """The first word in upper case, after blanks, comments and brackets; empty when there is none."""
    word = _WORD.match(sql, _START.match(sql).end())  # type: ignore[union-attr]  # it matches nothing at least
    return word[0].upper() if word else ""


def only_reads(sql: str) -> bool:
    """Whether a statement changes nothing, as far as its text says; a function that it calls may."""
    return first_word(sql) in _READING and not _WRITING_WORD.search(sql)


def may_call_writer(sql: str) -> bool:
    """Whether a text calls a function that somebody made, or that is not known here: it may write.

    A function that a view calls is not seen. A name that is qualified or quoted is never one of the server's own.
    """
    # With a backslash it is not certain where a string ends, so all is looked at, what strings hold too.
    text = sql if "\\" in sql else _UNREAD.sub(_without_strings, sql)
    text = _NAMED_QUERY.sub(" AS (", text)
    return any(call[1] or call[2] is None or call[2].upper() not in _HARMLESS for call in _CALL.finditer(text))


def _without_strings(found: "re.Match[str]") -> str:
    if found["call"]:
        return found[0]
    return "''" if found[0][0] in "'`\"" else " "


def may_give_several(sql: str) -> bool:
    """Whether a statement may have several results: a procedure, or a text that runs other statements."""
    word, start = first_word(sql), _START.match(sql).end()  # type: ignore[union-attr]  # as above
    runs_others = word in _TEXT_OF_STATEMENTS or word in ("CALL", "")
    return runs_others or bool(_LABEL.match(sql, start) or _SET_FOR.match(sql, start))


def counts_rows(sql: str) -> bool:
    """Whether a statement is one that counts rows."""
    return first_word(sql) in _COUNTING


def changes_rows(sql: str) -> bool:
    """Whether a statement that gives rows gives those that it changed."""
    return first_word(sql) in _COUNTING - {"WITH", "LOAD"}


def may_be_cut(sql: str) -> bool:
    """Whether the rest of a statement can be given up without undoing what it writes."""
    return first_word(sql) in _READING and not re.search(r"\b(?:insert|update|delete|replace)\b", sql, re.IGNORECASE)


def waits_for_readers(sql: str) -> bool:
    """Whether a statement wants a table for itself, and so waits for every half-read result of it."""
    return first_word(sql) in _LOCKING


def ends_before_next_statement(sql: str, position: int) -> bool:
    """Whether what stands at `position` is the beginning of a second statement."""
    before = sql[:position]
    return bool(_BETWEEN.search(before)) and not _BODY.search(before)


def lifts_read_only(sql: str) -> str | None:
    """Why a read-only session refuses a text, or None.

    The server itself refuses to write. But it lets a session switch that off; a statement that only does this is also
    noticed afterwards and undone. What must be refused before is a text that switches and writes in one go.
    """
    word = first_word(sql)
    start = _START.match(sql).end()  # type: ignore[union-attr]  # as above
    if _SWITCH.search(sql) and word in ("SET", "START", "BEGIN", ""):
        return "This connection is read-only; it cannot be made to write."
    if not word or _LABEL.match(sql, start):
        return (
            "This connection is read-only; a text that does not begin with a keyword is refused."
            if sql[start:].strip()
            else None
        )
    compound = word in _TEXT_OF_STATEMENTS and not re.fullmatch(r"begin(\s+work)?[\s;]*", sql[start:], re.IGNORECASE)
    if compound:
        return "This connection is read-only; send the statement itself, not one that runs others."
    if word in _ADMINISTERING or (word == "SET" and _GLOBAL.search(sql)):
        return "This connection is read-only; statements that change the server itself are refused."
    if _FILE.search(sql):
        return "This connection is read-only; INTO OUTFILE and INTO DUMPFILE write files."
    return None
