// SPDX-License-Identifier: MIT

// Random bytes of the operating system, for the keys of TLS.

#include <sys/random.h>

#include "xsmc.h"
#include "mc.xs.h"

// What getentropy gives at most.
#define kMost (256)

void xs_entropy(xsMachine *the)
{
	int count = xsmcToInteger(xsArg(0));
	if ((count < 0) || (count > kMost))
		xsRangeError("0 to 256 bytes");
	uint8_t bytes[kMost];
	if (getentropy(bytes, count))
		xsUnknownError("the system gives no random bytes");
	xsmcSetArrayBuffer(xsResult, bytes, count);
}
