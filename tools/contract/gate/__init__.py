"""Decides what may land: the contract against every frozen version of its major."""
