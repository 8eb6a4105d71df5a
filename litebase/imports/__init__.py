"""Files that other programs wrote, as rows."""
