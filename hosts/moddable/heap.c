// SPDX-License-Identifier: MIT

// Figures of the XS heap. The SDK's own module tells them in instrumented builds only, and such a
// build takes the serial port for xsbug.

#include "xsAll.h"
#include "xsmc.h"
#include "mc.xs.h"

#ifdef ESP32
	#include "esp_heap_caps.h"
	#include "freertos/FreeRTOS.h"
	#include "freertos/task.h"
#endif

enum { kSlots, kSlotLimit, kChunks, kChunkLimit, kFree, kLeastFree, kLeastStack };

static int32_t figureOf(txMachine *the, int32_t what)
{
	switch (what) {
		case kSlots:
			return the->currentHeapCount;
		case kSlotLimit:
			// A heap that grows has no limit of its own.
			return the->minimumHeapCount ? -1 : the->maximumHeapCount;
		case kChunks:
			return the->currentChunksSize;
		case kChunkLimit:
			return the->minimumChunksSize ? -1 : the->maximumChunksSize;
#ifdef ESP32
		case kFree:
			return (int32_t)heap_caps_get_free_size(MALLOC_CAP_8BIT);
		case kLeastFree:
			// Each region of the memory by itself: no more than what was free at any one moment.
			return (int32_t)heap_caps_get_minimum_free_size(MALLOC_CAP_8BIT);
		case kLeastStack:
			return (int32_t)uxTaskGetStackHighWaterMark(NULL);
#endif
		default:
			return -1;
	}
}

void xs_heap_figure(txMachine *the)
{
	xsmcSetInteger(xsResult, figureOf(the, xsmcToInteger(xsArg(0))));
}
