// SPDX-License-Identifier: MIT

// A write to a connection that the other end has closed raises a signal on a PC, and the signal ends the
// process. The SDK's debugger sets it to its default when it connects, which is before the firmware starts.

#include <signal.h>

#include "xsmc.h"
#include "mc.xs.h"

void xs_ignore_broken_pipe(xsMachine *the)
{
	(void)the;
	signal(SIGPIPE, SIG_IGN);
}
