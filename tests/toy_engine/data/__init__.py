"""What only this engine needs: its tables."""
