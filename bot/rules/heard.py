"""What nobody can have typed is taken out of words as they come in, by whichever door. Pure."""

from __future__ import annotations

# Around the place where a family will be named (see `scene.names`): Unicode leaves these two to
# programs. Whoever could send them would have anybody they like named to whoever reads them.
BEGINS, ENDS = "\ufdd0", "\ufdd1"
_NEVER_TYPED = str.maketrans("", "", f"\0{BEGINS}{ENDS}")


def clean(words: str) -> str:
    """Leave out NUL, halves of a character and the marks around a name; whole characters stay."""
    halves = words.encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le", "ignore").translate(_NEVER_TYPED)
