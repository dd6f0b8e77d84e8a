"""leash.py PARENT PROGRAM ARGS…: becomes PROGRAM, which the kernel kills when PARENT dies."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

parent, program = int(sys.argv[1]), sys.argv[2:]
if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
    raise OSError(ctypes.get_errno(), "prctl")
if os.getppid() != parent:  # it died before
    sys.exit(1)
os.execvp(program[0], program)
