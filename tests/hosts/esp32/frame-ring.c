// SPDX-License-Identifier: MIT

// Drives the ring of hosts/esp32/sniffer on a PC: `frame-ring FRAMES PAUSE`. A second thread writes so
// many frames, the first one reads them and sleeps after each PAUSE frames (0: never). Writes one line
// of JSON; what may be in it, the test says.

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "frame-ring.h"

// Close below the end, so that the counters wrap on the way.
static FrameRing gRing = { .head = UINT32_MAX - 200, .tail = UINT32_MAX - 200 };
static uint32_t gFrames;
static bool gIsOver;

// Sixteen bytes that belong together, and a length of 0 to 31.
static uint32_t makeFrame(uint32_t number, uint8_t *frame)
{
	for (uint32_t i = 0; i < 32; i++)
		frame[i] = (uint8_t)((number * 2654435761u) >> (i % 24));
	memcpy(frame, &number, sizeof(number));
	return number % 32;
}

static void *writeFrames(void *context)
{
	(void)context;
	for (uint32_t number = 0; number < gFrames; number++) {
		uint8_t frame[32];
		uint32_t length = makeFrame(number, frame);
		// The number is in every frame, the rest may be cut off.
		putFrame(&gRing, frame, length < 4 ? 4 : length, (int8_t)number);
	}
	__atomic_store_n(&gIsOver, true, __ATOMIC_RELEASE);
	return NULL;
}

// Whether a record is what makeFrame made of its number.
static bool isWhole(const FrameRecord *record, uint32_t number)
{
	uint8_t frame[32];
	uint32_t length = makeFrame(number, frame);
	if (length < 4)
		length = 4;
	if (length < kFrameHeader)
		memset(frame + length, 0, kFrameHeader - length);
	return (0 == memcmp(record->header, frame, kFrameHeader)) && (record->RSSI == (int8_t)number);
}

int main(int count, char **arguments)
{
	gFrames = (count > 1) ? (uint32_t)strtoul(arguments[1], NULL, 10) : 0;
	uint32_t pause = (count > 2) ? (uint32_t)strtoul(arguments[2], NULL, 10) : 0;
	uint32_t taken = 0, broken = 0, disordered = 0;
	int64_t last = -1;
	pthread_t writer;

	if (pthread_create(&writer, NULL, writeFrames, NULL))
		return 1;
	for (;;) {
		bool isOver = __atomic_load_n(&gIsOver, __ATOMIC_ACQUIRE);
		FrameRecord record;
		if (!takeFrame(&gRing, &record)) {
			if (isOver)
				break;
			continue;
		}
		uint32_t number;
		memcpy(&number, record.header, sizeof(number));
		if (!isWhole(&record, number))
			broken++;
		if ((int64_t)number <= last)
			disordered++;
		last = number;
		taken++;
		if (pause && (0 == taken % pause))
			nanosleep(&(struct timespec){ .tv_nsec = 200000 }, NULL);
	}
	pthread_join(writer, NULL);

	// Alone from here: a full ring keeps the oldest, and what is dropped is gone.
	uint8_t frame[kFrameHeader] = { 0 };
	uint32_t missed = missedFrames(&gRing), kept = 0;
	FrameRecord record;
	for (frame[0] = 0; frame[0] < kFrames + 5; frame[0]++)
		putFrame(&gRing, frame, sizeof(frame), -1);
	uint32_t turnedAway = missedFrames(&gRing) - missed;
	while (takeFrame(&gRing, &record) && (record.header[0] == kept))
		kept++;
	for (int i = 0; i < 9; i++)
		putFrame(&gRing, frame, sizeof(frame), -1);
	dropFrames(&gRing);
	bool isEmpty = !takeFrame(&gRing, &record);

	printf("{\"taken\":%" PRIu32 ",\"missed\":%" PRIu32 ",\"broken\":%" PRIu32 ",\"disordered\":%" PRIu32
		",\"kept\":%" PRIu32 ",\"turnedAway\":%" PRIu32 ",\"isEmpty\":%s}\n",
		taken, missed, broken, disordered, kept, turnedAway, isEmpty ? "true" : "false");
	return 0;
}
