"""What differs between two contracts, as findings."""
