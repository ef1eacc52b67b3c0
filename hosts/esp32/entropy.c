// SPDX-License-Identifier: MIT

// Random bytes of the chip, for the keys of TLS.

#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include "esp_random.h"

#define kMost (256)

void xs_esp32_entropy(xsMachine *the)
{
	int32_t count = xsmcToInteger(xsArg(0));
	uint8_t bytes[kMost];

	if ((count < 0) || (count > kMost))
		xsRangeError("0 to 256 bytes");
	esp_fill_random(bytes, (size_t)count);
	xsmcSetArrayBuffer(xsResult, bytes, count);
}
