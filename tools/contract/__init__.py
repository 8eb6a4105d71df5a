"""Compares two contracts: does an edit of `schema/` break a client that is already out there?"""
