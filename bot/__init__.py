"""Keyworker: keeps a family in touch with one named person."""
