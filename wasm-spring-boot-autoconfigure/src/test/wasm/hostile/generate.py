#!/usr/bin/env python3
"""Writes the hostile modules that wat2wasm cannot make: those that lie, and those that have too many of something.

usage: generate.py DIRECTORY
"""

import pathlib
import sys

HEADER = b"\0asm\1\0\0\0"

# Type sections of one type
NOTHING = b"\x01\x60\x00\x00"
NUMBER = b"\x01\x60\x00\x01\x7f"

# A function section: one function of the first type
FUNCTION = b"\x01\x00"

# An export section: "run" is the first function
RUN = b"\x01\x03run\x00\x00"

# Lengths between which the JVM's array limit and the sign of an int lie
ALMOST_2G = 2**31 - 8


def leb(value):
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(encoded) + bytes([value])


def sized(content):
    return leb(len(content)) + content


def section(number, content):
    return bytes([number]) + sized(content)


def many(items):
    return leb(len(items)) + b"".join(items)


def body(instructions, local_groups=()):
    return sized(many(list(local_groups)) + instructions + b"\x0b")


def run(instructions, local_groups=(), type_section=NOTHING, memory=b""):
    """A module of one function."""
    return (HEADER + section(1, type_section) + section(3, FUNCTION) + memory + section(7, RUN)
            + section(10, many([body(instructions, local_groups)])))


def equal_types(count):
    """As many equal types as functions, each function of another."""
    return (HEADER + section(1, many([b"\x60\x00\x00"] * count)) + section(3, many([leb(i) for i in range(count)]))
            + section(7, RUN) + section(10, many([body(b"")] * count)))


# x = x + 1, for the local 0
INCREMENT = b"\x20\x00\x41\x01\x6a\x21\x00"
# block (br_if 0 (i32.const 0)) end
BRANCH = b"\x02\x40\x41\x00\x0d\x00\x0b"
# memory.copy of 16 MiB, by one byte
COPY = b"\x41\x01\x41\x00\x41" + b"\x80\x80\x80\x08" + b"\xfc\x0a\x00\x00"
I32_LOCAL = [b"\x01\x7f"]
YIELD = b"\x16wasi_snapshot_preview1\x0bsched_yield\x00\x00"


def modules():
    # Not WebAssembly at all: the first bytes of a program
    yield "bad_magic", b"\x7fELF\x01\x00\x00\x00"
    # A memory of 64-bit addresses
    yield "bad_memory64", HEADER + section(5, b"\x01\x04\x01")
    # Ends within its only function
    yield "bad_truncated", HEADER + section(1, NOTHING) + section(3, FUNCTION) + b"\x0a\x07\x01\x05\x00\x41"

    # Announce what does not follow
    yield "params_bomb", HEADER + section(1, b"\x01\x60" + leb(ALMOST_2G))
    yield "params_bomb_200m", HEADER + section(1, b"\x01\x60" + leb(200_000_000))
    yield "data_bomb", HEADER + section(5, b"\x01\x00\x01") + section(11, b"\x01\x00\x41\x00\x0b" + leb(ALMOST_2G))
    yield "br_table_bomb", (HEADER + section(1, NOTHING) + section(3, FUNCTION)
                            + section(10, b"\x01" + sized(b"\x00\x41\x00\x0e" + leb(ALMOST_2G) + b"\x00\x0b")))
    yield "section_len_negative", HEADER + b"\x01" + leb(2**32 - 1) + b"\x00"
    yield "locals_bomb", run(b"", [leb(50_000) + b"\x7e"] * 1000)

    # Have too many of something
    # 3000 blocks within each other, and for each of them a branch out of it that is not taken
    yield "br_if_dense", run(b"\x02\x40" * 3000 + b"".join(b"\x41\x00\x0d" + leb(i) for i in range(3000))
                             + b"\x0b" * 3000)
    yield "br_table_25k", run(b"\x41\x00\x0e" + leb(25_000) + bytes(25_001))
    yield "bulk_straight_line", run(COPY * 2000, memory=section(5, b"\x01\x01\x80\x04\x80\x04"))
    yield "data_overlap", (HEADER + section(1, NOTHING) + section(3, FUNCTION) + section(5, b"\x01\x00\x01")
                           + section(7, RUN) + section(10, many([body(b"")]))
                           + section(11, many([b"\x00\x41\x00\x0b\x01a"] * 50_000)))
    yield "func_huge", run(INCREMENT * 20_000 + b"\x20\x00", I32_LOCAL, NUMBER)
    yield "funcs_100k", (HEADER + section(1, NOTHING) + section(3, many([b"\x00"] * 100_000)) + section(7, RUN)
                         + section(10, many([body(b"")] * 100_000)))
    yield "globals_100k", (HEADER + section(1, NOTHING) + section(3, FUNCTION)
                           + section(6, many([b"\x7e\x01\x42\x00\x0b"] * 100_000)) + section(7, RUN)
                           + section(10, many([body(b"")])))
    yield "imports_5k", (HEADER + section(1, b"\x02\x60\x00\x01\x7f\x60\x00\x00") + section(2, many([YIELD] * 5000))
                         + section(3, b"\x01\x01") + section(7, b"\x01\x03run\x00" + leb(5000))
                         + section(10, many([body(b"")])))
    yield "locals_5k_br", run(BRANCH * 500, [leb(5000) + b"\x7e"])
    yield "locals_50k_br", run(BRANCH * 500, [leb(50_000) + b"\x7e"])
    # ... loop (br_if 0 (i32.const 1)) end
    yield "loop_in_huge_func", run(INCREMENT * 17_000 + b"\x03\x40\x41\x01\x0d\x00\x0b", I32_LOCAL)
    yield "nest_exprs_20k", run(b"\x41\x01" * 20_000 + b"\x6a" * 19_999, type_section=NUMBER)
    yield "types_x_funcs_500", equal_types(500)
    yield "types_x_funcs_1k", equal_types(1000)
    yield "types_x_funcs_2k", equal_types(2000)

    # What the .wat files of these names say, which wabt 1.0.32 cannot read: garbage-collected types, try_table
    yield "gc_alloc_loop", HEADER + bytes.fromhex(
        "010a026000005f027e007e00030201000707010372756e00000a12011000034042014202fb00011a0c00"
        "0b000b")
    yield "gc_array_huge", HEADER + bytes.fromhex(
        "0108026000017f5e7e01030201000707010372756e00000a11010f004201418080808004fb0601fb0f0b")
    yield "loop_br_on_cast", HEADER + bytes.fromhex(
        "010401600000030201000707010372756e00000a28012601026e4101fb1c2100036e026c2000fb180300"
        "6e6c1a000b1a2000210141010d0020010b1a0b")
    yield "loop_br_on_cast_direct", HEADER + bytes.fromhex(
        "010401600000030201000707010372756e00000a2b01290101646c4101fb1c1a4101fb1c210003400240"
        "02646c2000fb1800006c6c1a0c010b21000c010b0b0b")
    yield "rec_catch_all", HEADER + bytes.fromhex(
        "01040160000003030200000707010372756e00010a1702100002401f4001020010000f0b0b10000b0400"
        "10000b")


def main():
    directory = pathlib.Path(sys.argv[1])
    for name, content in modules():
        (directory / (name + ".wasm")).write_bytes(content)


if __name__ == "__main__":
    main()
