"""Edits the contract in every small way, to hold the rules against values."""
