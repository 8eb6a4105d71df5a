"""What `make generate` is made of: the contract read, checked, and written out again in other forms."""
