"""The security descriptor of what only this user may open on Windows."""

import contextlib
import ctypes
import sys
from collections.abc import Iterator
from ctypes import wintypes
from typing import Any

assert sys.platform == "win32", "security descriptors exist on Windows only"

_TOKEN_QUERY = 0x0008
_TOKEN_USER = 1
_SDDL_REVISION = 1
_TOKEN_USER_BYTES = 256  # a SID has 68 at most, and the structure points into itself

_advapi32 = ctypes.WinDLL("advapi32", use_last_error=True)
_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel32.GetCurrentProcess.restype = wintypes.HANDLE
_kernel32.CloseHandle.argtypes = [wintypes.HANDLE]
_kernel32.LocalFree.argtypes = [ctypes.c_void_p]
_advapi32.OpenProcessToken.argtypes = [wintypes.HANDLE, wintypes.DWORD, ctypes.c_void_p]
_advapi32.GetTokenInformation.argtypes = [
    wintypes.HANDLE,
    ctypes.c_int,
    ctypes.c_void_p,
    wintypes.DWORD,
    ctypes.c_void_p,
]
_advapi32.ConvertSidToStringSidW.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
_advapi32.ConvertStringSecurityDescriptorToSecurityDescriptorW.argtypes = [
    wintypes.LPCWSTR, wintypes.DWORD, ctypes.c_void_p, ctypes.c_void_p,
]  # fmt: skip


class _SecurityAttributes(ctypes.Structure):
    """Source: SECURITY_ATTRIBUTES in minwinbase.h."""

    _fields_ = (("size", wintypes.DWORD), ("descriptor", ctypes.c_void_p), ("inherited", wintypes.BOOL))


@contextlib.contextmanager
def only_this_user() -> Iterator[int]:
    """The address of a SECURITY_ATTRIBUTES: owned by this user, who has all rights and is the only one with any."""
    user = user_sid()
    rule = f"O:{user}D:P(A;;GA;;;{user})"  # P: nothing is inherited
    descriptor = ctypes.c_void_p()
    convert = _advapi32.ConvertStringSecurityDescriptorToSecurityDescriptorW
    _check(convert(rule, _SDDL_REVISION, ctypes.byref(descriptor), None))
    try:
        attributes = _SecurityAttributes(ctypes.sizeof(_SecurityAttributes), descriptor.value, False)
        yield ctypes.addressof(attributes)
    finally:
        _kernel32.LocalFree(descriptor)


def user_sid() -> str:
    """The security identifier of the user of this process, as text: `S-1-5-21-...`."""
    token = wintypes.HANDLE()
    _check(_advapi32.OpenProcessToken(_kernel32.GetCurrentProcess(), _TOKEN_QUERY, ctypes.byref(token)))
    try:
        found = ctypes.create_string_buffer(_TOKEN_USER_BYTES)
        used = wintypes.DWORD()
        asked = (token, _TOKEN_USER, found, _TOKEN_USER_BYTES, ctypes.byref(used))
        _check(_advapi32.GetTokenInformation(*asked))
        return _sid_text(ctypes.c_void_p.from_buffer(found))
    finally:
        _kernel32.CloseHandle(token)


def _sid_text(sid: ctypes.c_void_p) -> str:
    text = wintypes.LPWSTR()
    _check(_advapi32.ConvertSidToStringSidW(sid, ctypes.byref(text)))
    try:
        assert text.value is not None
        return text.value
    finally:
        _kernel32.LocalFree(text)


def _check(succeeded: Any) -> None:
    if not succeeded:
        raise ctypes.WinError(ctypes.get_last_error())
