// SPDX-License-Identifier: MIT

// Some memory of the RTC that no reset touches and only a power cut clears, and why the chip has
// started.

#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include "esp_attr.h"
#include "esp_system.h"

// Three quarters of what an ESP32 has.
#define kLength (6208)
// No value of esp_reset_reason_t.
#define kEngineAborted (100)
#define kWanted (0x72657374)

static RTC_NOINIT_ATTR uint8_t gMemory[kLength];
// XS ends a run that it cannot continue by the same reset as a wanted restart: this tells them apart.
static RTC_NOINIT_ATTR uint32_t gWanted;

static void checkRange(xsMachine *the, int32_t position, uint32_t length)
{
	if ((position < 0) || (length > kLength) || ((uint32_t)position > kLength - length))
		xsRangeError("out of the memory");
}

void xs_rtc_memory_read(xsMachine *the)
{
	int32_t position = xsmcToInteger(xsArg(0));
	int32_t length = xsmcToInteger(xsArg(1));

	checkRange(the, position, (uint32_t)length);
	xsmcSetArrayBuffer(xsResult, gMemory + position, length);
}

void xs_rtc_memory_write(xsMachine *the)
{
	int32_t position = xsmcToInteger(xsArg(0));
	void *bytes;
	xsUnsignedValue length;

	xsmcGetBufferReadable(xsArg(1), &bytes, &length);
	checkRange(the, position, length);
	c_memcpy(gMemory + position, bytes, length);
}

void xs_rtc_restart(xsMachine *the)
{
	gWanted = kWanted;
	esp_restart();
}

void xs_rtc_reset_reason(xsMachine *the)
{
	int32_t reason = esp_reset_reason();

	if ((ESP_RST_SW == reason) && (kWanted != gWanted))
		reason = kEngineAborted;
	xsmcSetInteger(xsResult, reason);
	gWanted = 0;
}
