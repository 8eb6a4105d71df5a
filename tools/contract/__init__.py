"""Does an edit of `schema/` break a client that is already out there? `python -m tools.contract` answers.

`bundle` reads a contract, `rules` say what each kind of change means, `comparison` finds the changes between two
contracts, `witness` looks for a value that proves a break, `mutation` tests the rules against such values, and `gate`
decides what may land.
"""
