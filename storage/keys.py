"""Keys: what is encrypted with which, and how an address is found without being readable."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

TEAM = 256  # more colleagues than one taskforce has


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one installation; `seals` are Fernet keys, newest first."""

    seals: tuple[str, ...] = field(repr=False)
    index_key: str = field(repr=False)
    _fernet: MultiFernet = field(init=False, repr=False)
    _newest: Fernet = field(init=False, repr=False)
    _read_often: Callable[[bytes], str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_fernet", MultiFernet([Fernet(key) for key in self.seals]))
        object.__setattr__(self, "_newest", Fernet(self.seals[0]))
        object.__setattr__(self, "_read_often", lru_cache(maxsize=TEAM)(self.unseal))

    def seal(self, words: str) -> bytes:
        """Encrypt with the newest key."""
        return self._fernet.encrypt(words.encode("utf-8"))

    def unseal(self, sealed: bytes) -> str:
        """Decrypt with whichever key fits; raises `cryptography.fernet.InvalidToken`."""
        return self._fernet.decrypt(bytes(sealed)).decode("utf-8")

    def unseal_name(self, sealed: bytes) -> str:
        """Decrypt the name of a colleague: every turn reads the whole team's, so they are kept."""
        return self._read_often(bytes(sealed))

    def renewed(self, sealed: bytes) -> bytes:
        """Seal anew what an older key sealed; what the newest key sealed comes back as it is.

        Raises `cryptography.fernet.InvalidToken` if no key fits.
        """
        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            return self._fernet.rotate(sealed)
        return sealed

    @property
    def mark(self) -> str:
        """Name the newest key without giving it away."""
        return hmac.new(self.seals[0].encode(), b"newest key", sha256).hexdigest()[:16]

    def index(self, words: str) -> str:
        """Make the blind index of a value: the same in, the same out, and no way back."""
        digest = hmac.digest(self.index_key.encode(), words.encode("utf-8"), sha256)
        return base64.b32encode(digest[:20]).decode()

    def proof(self, salt: bytes, words: str) -> str:
        """Prove later that words were not changed: HMAC over salt and plaintext."""
        return hmac.new(self.index_key.encode(), salt + words.encode("utf-8"), sha256).hexdigest()


def new_keys() -> tuple[str, str]:
    """Make a fresh pair: one for `KEYWORKER_KEYS`, one for `KEYWORKER_INDEX_KEY`."""
    return Fernet.generate_key().decode(), Fernet.generate_key().decode()


def split_keys(text: str) -> Sequence[str]:
    """Read a comma-separated list of keys as it stands in the environment."""
    return tuple(part.strip() for part in text.split(",") if part.strip())
