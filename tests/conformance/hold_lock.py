#!/usr/bin/env python3
"""Takes the first bytes of a lock file for itself, says "held", and keeps them until its standard input ends."""

import fcntl
import sys

with open(sys.argv[1], "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX, 3, 0)
    sys.stdout.write("held\n")
    sys.stdout.flush()
    sys.stdin.read()
