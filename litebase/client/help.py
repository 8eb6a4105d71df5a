"""What the prompt says about itself."""

HELP = """\
Statements end with ;
  \\d   list tables, views and sequences; \\d NAME or \\d SCHEMA.NAME describes one, or lists what fits * and ?
  \\dt  list tables, in the same way; \\df functions, \\dT types, \\ds sequences
  \\du  list roles and users; \\dx extensions, \\dn schemas
  \\open NAME  show the rows of a table or a view
  \\search TEXT  find it in names, columns, comments and definitions
  \\ddl NAME  the statements that make an object again, or all that a schema has
  \\explain STATEMENT  how the database would carry it out; \\analyze STATEMENT runs it, measures, and rolls it back
  \\history TEXT  statements that were run before, with all words of TEXT in them
  \\processes  what the server does for everybody, and who waits for whom
  \\stop ID  cancel what that process ran when it was listed; \\stop ID terminate ends its session
  \\t   show the columns' types, or hide them again
  \\export FORMAT FILE  write the rows of the last statement to a file: csv, json, sql, xlsx and others
  \\dump FILE  write the whole database to a file; \\restore FILE makes in it what such a file has
  \\import FILE TABLE  store the rows of a file in a table, a new one if there is none of that name
  \\copy TABLE NEW  copy a table; \\copy TABLE TARGET NEW copies it to another database, of any engine
  \\compare FIRST OTHER [TARGET]  what differs between two schemas, and what makes the other like the first
  \\compare_rows TABLE OTHER [TARGET]  what differs between the rows of two tables, found by their key
  \\o FILE  write tables to a file from now on, from its beginning; \\o alone shows them again
  \\h   this text
  \\q   leave (so do Ctrl-D, and Ctrl-C twice)
Tab completes names and words where the terminal can; Ctrl-R finds what was typed or run before.
Ctrl-C stops a statement that runs. In a long result: Enter or n is the next page, p the one before, a number goes to
that row, q ends it."""
