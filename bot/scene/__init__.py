"""What one transaction knows and says: shared by turns and dispatch, never committing itself."""
