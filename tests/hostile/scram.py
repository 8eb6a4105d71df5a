"""The server's half of a SCRAM-SHA-256 login (RFC 5802, RFC 7677), so that a recorded conversation can be had again."""

import base64
import hashlib
import hmac

_SALT = b"a salt of ours"
_ROUNDS = 1  # it protects nothing here


class ScramServer:
    """Plays the server to one client that knows the password. Messages are PostgreSQL's, without their lengths."""

    def __init__(self, password: str) -> None:
        self._password = password.encode()
        self._first_bare = self._first = b""

    def go_on(self, packet: bytes) -> bytes:
        """AuthenticationSASLContinue to the client's first message."""
        self._first_bare = packet[packet.index(b"n=") :]
        nonce = self._first_bare.partition(b"r=")[2]
        salt = base64.b64encode(_SALT)
        self._first = b"r=" + nonce + b"server,s=" + salt + b",i=" + str(_ROUNDS).encode()
        return b"R" + (11).to_bytes(4, "big") + self._first

    def end(self, packet: bytes) -> bytes:
        """AuthenticationSASLFinal to the client's last message; the client's proof is not looked at."""
        without_proof = packet[5:].partition(b",p=")[0]
        key = hashlib.pbkdf2_hmac("sha256", self._password, _SALT, _ROUNDS)
        key = hmac.digest(key, b"Server Key", "sha256")
        proof = hmac.digest(key, b",".join((self._first_bare, self._first, without_proof)), "sha256")
        return b"R" + (12).to_bytes(4, "big") + b"v=" + base64.b64encode(proof)
