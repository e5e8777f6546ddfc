#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Usage: cable.py NAME NAME

Makes two tap devices and carries frames between them. They are down and in
the caller's namespace, and go when this ends.
"""
import fcntl
import os
import select
import struct
import sys

TUNSETIFF = 0x400454CA
IFF_TAP = 0x0002
IFF_NO_PI = 0x1000


def tap(name):
    end = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return end


def carry(source, target):
    try:
        os.write(target, os.read(source, 65536))
    except OSError:  # the other end is down
        pass


one, two = tap(sys.argv[1]), tap(sys.argv[2])
other = {one: two, two: one}
while True:
    for ready in select.select([one, two], [], [])[0]:
        carry(ready, other[ready])
