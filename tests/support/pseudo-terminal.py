# SPDX-License-Identifier: MIT
# A pseudo-terminal for tests. Without arguments: the other end of a serial line, whose path is the
# first line of the output; what a program writes there comes out here, and the other way round.
# With arguments: runs them in a terminal of their own, and ends with their exit code.
import os, select, sys, tty

if len(sys.argv) > 1:
    child, end = os.forkpty()
    if child == 0:
        os.execvp(sys.argv[1], sys.argv[1:])
else:
    child = 0
    end, line = os.openpty()
    tty.setraw(line)
    print(os.ttyname(line), flush=True)
ends = [end, 0]
while True:
    ready, _, _ = select.select(ends, [], [])
    try:
        if end in ready:
            data = os.read(end, 4096)
            if not data:
                break
            os.write(1, data)
        if 0 in ready:
            data = os.read(0, 4096)
            if data:
                os.write(end, data)
            elif child:
                ends.remove(0)
            else:
                break
    except OSError:
        break
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255)
