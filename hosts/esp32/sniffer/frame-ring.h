// SPDX-License-Identifier: MIT

// Headers of Wi-Fi frames on their way from one task to another: one writes, one reads, on any two
// cores, without a lock and without memory of its own. A full ring keeps what it has and counts what
// it turns away. No part of ESP-IDF is used, so that a PC can test it.

#ifndef __FRAME_RING__
#define __FRAME_RING__

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// Frame control, duration and two addresses (IEEE 802.11 section 9.2.3): all that is looked at.
#define kFrameHeader (16)
// A power of two, because the counters below wrap.
#define kFrames (128)

typedef struct {
	uint8_t header[kFrameHeader];
	// dBm.
	int8_t RSSI;
} FrameRecord;

typedef struct {
	// Frames written so far, and those turned away: changed by the writer alone.
	uint32_t head;
	uint32_t missed;
	// Frames read so far: changed by the reader alone.
	uint32_t tail;
	FrameRecord records[kFrames];
} FrameRing;

// The writer's: takes the begin of a frame of `length` bytes, with zeros behind a shorter one.
static inline void putFrame(FrameRing *ring, const uint8_t *frame, uint32_t length, int8_t RSSI)
{
	uint32_t head = __atomic_load_n(&ring->head, __ATOMIC_RELAXED);
	if (head - __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE) >= kFrames) {
		uint32_t missed = __atomic_load_n(&ring->missed, __ATOMIC_RELAXED);
		__atomic_store_n(&ring->missed, missed + 1, __ATOMIC_RELAXED);
		return;
	}

	FrameRecord *record = &ring->records[head % kFrames];
	if (length > kFrameHeader)
		length = kFrameHeader;
	memcpy(record->header, frame, length);
	memset(record->header + length, 0, kFrameHeader - length);
	record->RSSI = RSSI;
	__atomic_store_n(&ring->head, head + 1, __ATOMIC_RELEASE);
}

// The reader's: the oldest frame; false when there is none.
static inline bool takeFrame(FrameRing *ring, FrameRecord *record)
{
	uint32_t tail = __atomic_load_n(&ring->tail, __ATOMIC_RELAXED);
	if (tail == __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE))
		return false;

	*record = ring->records[tail % kFrames];
	__atomic_store_n(&ring->tail, tail + 1, __ATOMIC_RELEASE);
	return true;
}

// The reader's: leaves out all that was written until now.
static inline void dropFrames(FrameRing *ring)
{
	uint32_t head = __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE);
	__atomic_store_n(&ring->tail, head, __ATOMIC_RELEASE);
}

// Anybody's: frames turned away since the start; wraps.
static inline uint32_t missedFrames(const FrameRing *ring)
{
	return __atomic_load_n(&ring->missed, __ATOMIC_RELAXED);
}

#endif
