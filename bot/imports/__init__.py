"""Files in: parsed and checked, every fault with its row and column."""
