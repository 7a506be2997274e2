"""How the C library hands out memory. Knows glibc's allocator; knows nothing of what the memory is for."""

import ctypes

# M_ARENA_MAX of malloc.h, and how many arenas serve as well as the eight per processor that are the default.
_ARENA_MAX, _ARENAS = -8, 2


def keep_memory_together() -> None:
    """Keeps what threads allocate and free in few places; to be called before there are many threads.

    Every index that is opened brings new threads, and each arena that they leave behind keeps what was freed in it: the
    first hundred swaps took 45 MB, with two arenas 9 (eval/RESULTS.md). Does nothing where the C library is not glibc.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, _ARENAS)
