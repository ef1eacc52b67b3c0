// SPDX-License-Identifier: MIT

// Binds tls-core to XS. mbedTLS runs only while one of these functions does, and allocates nothing of
// XS; so pointers into the memory of XS hold as long as they are used.

#include "xsmc.h"
#include "mc.xs.h"
#include "tls-core.h"
#include <string.h>

#define maxCertificates 16
#define maxProtocols 3

static void getBytes(xsMachine *the, xsSlot *slot, TLSBytes *bytes)
{
	void *data;
	xsUnsignedValue count;
	xsmcGetBufferReadable(*slot, &data, &count);
	bytes->bytes = data;
	bytes->count = count;
}

static int getList(xsMachine *the, xsSlot *list, TLSBytes *bytes, xsSlot *scratch)
{
	xsmcGet(*scratch, *list, xsID_length);
	int count = xsmcToInteger(*scratch);
	if (count > maxCertificates) xsUnknownError("tls/bad-certificate: more than %d certificates", maxCertificates);
	for (int i = 0; i < count; i++) {
		xsmcGetIndex(*scratch, *list, i);
		getBytes(the, scratch, &bytes[i]);
	}
	return count;
}

static void getText(xsMachine *the, xsSlot *slot, char *text, int size)
{
	xsmcToStringBuffer(*slot, text, size);
}

static TLSCore *coreOf(xsMachine *the)
{
	TLSCore *core = xsmcGetHostData(xsThis);
	if (!core) xsUnknownError("the connection is closed");
	return core;
}

void xs_tls_destructor(void *core)
{
	if (core) tlsDelete(core);
}

// (host, now, authorities, certificates, key?, protocols, session?)
void xs_tls_constructor(xsMachine *the)
{
	TLSSetup setup = { 0 };
	TLSBytes authorities[maxCertificates], certificates[maxCertificates];
	char host[256], protocols[maxProtocols][32], reason[tlsReasonSize];
	const char *protocolList[maxProtocols];
	xsmcVars(1);
	getText(the, &xsArg(0), host, sizeof(host));
	xsmcGet(xsVar(0), xsArg(5), xsID_length);
	setup.protocolCount = xsmcToInteger(xsVar(0));
	if (setup.protocolCount > maxProtocols) xsUnknownError("tls/failed: more than %d protocols", maxProtocols);
	for (int i = 0; i < setup.protocolCount; i++) {
		xsmcGetIndex(xsVar(0), xsArg(5), i);
		getText(the, &xsVar(0), protocols[i], sizeof(protocols[i]));
		protocolList[i] = protocols[i];
	}
	setup.host = host;
	setup.now = (int64_t)xsmcToNumber(xsArg(1));
	setup.authorityCount = getList(the, &xsArg(2), authorities, &xsVar(0));
	setup.authorities = authorities;
	setup.certificateCount = getList(the, &xsArg(3), certificates, &xsVar(0));
	setup.certificates = certificates;
	setup.protocols = protocolList;
	if (xsmcTest(xsArg(4))) getBytes(the, &xsArg(4), &setup.key);
	if (xsmcTest(xsArg(6))) getBytes(the, &xsArg(6), &setup.session);
	TLSCore *core = tlsCreate(&setup, reason);
	if (!core) xsUnknownError("%s", reason);
	xsmcSetHostData(xsThis, core);
}

// Arguments from `first` on: input, its start and end, output, its start.
static void getWire(xsMachine *the, int first, TLSWire *wire)
{
	TLSBytes in;
	void *out;
	xsUnsignedValue outSize;
	int start = xsmcToInteger(xsArg(first + 1)), end = xsmcToInteger(xsArg(first + 2));
	int outStart = xsmcToInteger(xsArg(first + 4));
	getBytes(the, &xsArg(first), &in);
	xsmcGetBufferWritable(xsArg(first + 3), &out, &outSize);
	if (start < 0 || start > end || (size_t)end > in.count || outStart < 0 || (size_t)outStart > outSize)
		xsRangeError("out of the buffer");
	wire->in = in.bytes + start;
	wire->inCount = end - start;
	wire->inUsed = 0;
	wire->out = (uint8_t *)out + outStart;
	wire->outMax = outSize - outStart;
	wire->outCount = 0;
}

// [state, bytes used of the input, bytes put into the output, count]
static void setResult(xsMachine *the, xsSlot *into, TLSState state, const TLSWire *wire, size_t count)
{
	int32_t result[] = { state, (int32_t)wire->inUsed, (int32_t)wire->outCount, (int32_t)count };
	void *data;
	xsUnsignedValue size;
	xsmcGetBufferWritable(*into, &data, &size);
	if (size < sizeof(result)) xsRangeError("no room for the result");
	memcpy(data, result, sizeof(result));
}

// step(in, start, end, out, outStart, result)
void xs_tls_step(xsMachine *the)
{
	TLSCore *core = coreOf(the);
	TLSWire wire;
	getWire(the, 0, &wire);
	TLSState state = tlsStep(core, &wire);
	setResult(the, &xsArg(5), state, &wire, 0);
}

// read(in, start, end, out, outStart, result)
void xs_tls_read(xsMachine *the)
{
	TLSCore *core = coreOf(the);
	TLSWire wire;
	size_t available;
	getWire(the, 0, &wire);
	TLSState state = tlsRead(core, &wire, &available);
	setResult(the, &xsArg(5), state, &wire, available);
}

// take(into)
void xs_tls_take(xsMachine *the)
{
	TLSCore *core = coreOf(the);
	void *data;
	xsUnsignedValue size;
	xsmcGetBufferWritable(xsArg(0), &data, &size);
	xsmcSetInteger(xsResult, (xsIntegerValue)tlsTake(core, data, size));
}

// write(data, out, outStart, result)
void xs_tls_write(xsMachine *the)
{
	TLSCore *core = coreOf(the);
	TLSWire wire = { 0 };
	TLSBytes from;
	size_t accepted;
	void *out;
	xsUnsignedValue outSize;
	int outStart = xsmcToInteger(xsArg(2));
	getBytes(the, &xsArg(0), &from);
	xsmcGetBufferWritable(xsArg(1), &out, &outSize);
	if (outStart < 0 || (size_t)outStart > outSize) xsRangeError("out of the buffer");
	wire.out = (uint8_t *)out + outStart;
	wire.outMax = outSize - outStart;
	TLSState state = tlsWrite(core, &wire, from.bytes, from.count, &accepted);
	setResult(the, &xsArg(3), state, &wire, accepted);
}

// end(out, outStart): bytes put into the output
void xs_tls_end(xsMachine *the)
{
	TLSCore *core = coreOf(the);
	TLSWire wire = { 0 };
	void *out;
	xsUnsignedValue outSize;
	int outStart = xsmcToInteger(xsArg(1));
	xsmcGetBufferWritable(xsArg(0), &out, &outSize);
	if (outStart < 0 || (size_t)outStart > outSize) xsRangeError("out of the buffer");
	wire.out = (uint8_t *)out + outStart;
	wire.outMax = outSize - outStart;
	tlsClose(core, &wire);
	xsmcSetInteger(xsResult, (xsIntegerValue)wire.outCount);
}

// session(): ArrayBuffer, or undefined
void xs_tls_session(xsMachine *the)
{
	TLSCore *core = coreOf(the);
	size_t size = tlsSessionSize(core);
	void *data;
	xsUnsignedValue count;
	if (size == 0) return;
	xsmcSetArrayBuffer(xsResult, NULL, (xsIntegerValue)size);
	xsmcGetBufferWritable(xsResult, &data, &count);
	tlsSession(core, data);
}

void xs_tls_reason(xsMachine *the)
{
	xsmcSetString(xsResult, (char *)tlsReason(coreOf(the)));
}

void xs_tls_close(xsMachine *the)
{
	TLSCore *core = xsmcGetHostData(xsThis);
	if (!core) return;
	xsmcSetHostData(xsThis, NULL);
	tlsDelete(core);
}
