// SPDX-License-Identifier: MIT

// Random bytes for the keys of TLS: of the generator in the chip, or of the operating system.

#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#ifdef ESP32
	#include "esp_random.h"
#else
	#include <sys/random.h>
#endif

// What getentropy gives at most.
#define kMost (256)

void xs_entropy(xsMachine *the)
{
	int32_t count = xsmcToInteger(xsArg(0));
	uint8_t bytes[kMost];

	if ((count < 0) || (count > kMost))
		xsRangeError("0 to 256 bytes");
#ifdef ESP32
	esp_fill_random(bytes, (size_t)count);
#else
	if (getentropy(bytes, (size_t)count))
		xsUnknownError("the system gives no random bytes");
#endif
	xsmcSetArrayBuffer(xsResult, bytes, count);
}
