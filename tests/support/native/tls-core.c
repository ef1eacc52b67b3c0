// SPDX-License-Identifier: MIT

// Stands in for tls-core.c behind tls-native.c: notes what it is given, and touches the first and the last byte of
// each room, so that the address sanitizer sees one that is none.

#include "engine.h"
#include "tls-core.h"

struct TLSCore { size_t sessionSize; };

static void touch(const uint8_t *bytes, size_t count)
{
	volatile uint8_t sum = 0;
	if (count) sum += bytes[0] + bytes[count - 1];
}

static void fill(uint8_t *bytes, size_t count)
{
	if (count) bytes[0] = bytes[count - 1] = 0xee;
}

TLSCore *tlsCreate(const TLSSetup *setup, char *reason)
{
	for (int i = 0; i < setup->authorityCount; i++) touch(setup->authorities[i].bytes, setup->authorities[i].count);
	for (int i = 0; i < setup->certificateCount; i++) touch(setup->certificates[i].bytes, setup->certificates[i].count);
	touch(setup->key.bytes, setup->key.count);
	touch(setup->session.bytes, setup->session.count);
	note("create %s at %lld, %d authorities, %d certificates, key %zu, %d protocols %s, session %zu", setup->host,
		(long long)setup->now, setup->authorityCount, setup->certificateCount, setup->key.count,
		setup->protocolCount, setup->protocolCount ? setup->protocols[0] : "", setup->session.count);
	if (resultOf("tlsCreate")) {
		snprintf(reason, tlsReasonSize, "tls/bad-key: %%s%%n");
		return NULL;
	}
	TLSCore *core = calloc(1, sizeof(*core));
	core->sessionSize = 5;
	return core;
}

static TLSState exchange(const char *name, TLSWire *wire)
{
	touch(wire->in, wire->inCount);
	fill(wire->out, wire->outMax);
	note("%s %zu bytes, room %zu", name, wire->inCount, wire->outMax);
	wire->inUsed = wire->inCount;
	wire->outCount = wire->outMax;
	return tlsOpen;
}

TLSState tlsStep(TLSCore *core, TLSWire *wire) { (void)core; return exchange("step", wire); }

TLSState tlsRead(TLSCore *core, TLSWire *wire, size_t *available)
{
	(void)core;
	*available = 9;
	return exchange("read", wire);
}

size_t tlsTake(TLSCore *core, uint8_t *to, size_t max)
{
	(void)core;
	fill(to, max);
	return max;
}

TLSState tlsWrite(TLSCore *core, TLSWire *wire, const uint8_t *from, size_t count, size_t *accepted)
{
	(void)core;
	touch(from, count);
	*accepted = count;
	return exchange("write", wire);
}

void tlsClose(TLSCore *core, TLSWire *wire) { (void)core; exchange("close", wire); }

size_t tlsSessionSize(TLSCore *core) { return core->sessionSize; }

void tlsSession(TLSCore *core, uint8_t *to)
{
	memset(to, 0x5e, core->sessionSize);
	core->sessionSize = 0;
}

const char *tlsReason(const TLSCore *core) { (void)core; return "tls/failed: made up"; }

void tlsDelete(TLSCore *core)
{
	note("delete");
	free(core);
}
