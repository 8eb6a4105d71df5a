"""Signatures with a password: those of RFC 8032, and those of MariaDB's own client."""

import pytest

from litebase.drivers.mysql.link.ed25519 import signature

# RFC 8032, section 7.1: TEST 1, TEST 2, TEST 3 and TEST SHA(abc)
_RFC = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
        "454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
        "3dca179c138ac17ad9bef1177331a704",
    ),
]
# what client_ed25519.so of MariaDB 10.11 sent to a server that asked with these bytes
_ASKED = bytes(range(100, 132))
_MARIADB = {
    "secret": "e0a9e03bece507b9eda5d38bfb779fc7e6fb4faa10b29d87581286583cce0ec5f27a0bb5147c2a2e83aae004748cf313"
    "4004f74f6805ba9ce60b8d38a83e1d04",
    "x": "d7247d5fa040f8f84962471f26e69ffe1468c405be5aec123736faac64b25d75213409fbc621bf5e8bdb051750d02dca"
    "f4b05f927a432055b7f863be1d9e9a02",
    "a longer password than thirty-two bytes of text": "d702aa29e0245b0b3540b69cd1767786332f19268156d5d75e108a64da"
    "2822e8af20d467cc9e9645733e17e967325e9811b473ef65157f63e5e6b5d1f84c040f",
    "pä€🙂": "040487772e9a89b18ab1ca1acd1289f5d323856bace5562313089b1c409a52712c93104c54cf619ee392fba367d44488"
    "d32c3c899eb35796b1734c3849d21c0d",
}


@pytest.mark.parametrize(("key", "message", "expected"), _RFC)
def test_a_password_of_32_bytes_signs_as_a_key_of_the_rfc(key: str, message: str, expected: str) -> None:
    assert signature(bytes.fromhex(key), bytes.fromhex(message)).hex() == expected


@pytest.mark.parametrize("password", _MARIADB)
def test_a_password_of_any_length_signs_as_in_mariadb_s_own_client(password: str) -> None:
    assert signature(password.encode(), _ASKED).hex() == _MARIADB[password]
