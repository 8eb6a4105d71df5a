"""What may land: a contract is held to every frozen version of its major."""
