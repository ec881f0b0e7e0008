"""What `check-config` looks at, a file for each kind of part; each fault is one sentence."""
