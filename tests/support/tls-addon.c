// SPDX-License-Identifier: MIT

// Binds tls-core to Node as tls-native.c binds it to XS, so that the tests run the class and the C
// code of the boards against real servers.

#include "addon.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tls-core.h"
#include "tls-library.h"

#define maxArguments 8
#define maxCertificates 16
#define maxProtocols 3

static int alive;

typedef struct {
	napi_env env;
	napi_value self, at[maxArguments];
	size_t count;
	TLSCore **core;
} Call;

static Call enter(napi_env env, napi_callback_info info)
{
	Call call = { .env = env, .count = maxArguments };
	napi_get_cb_info(env, info, &call.count, call.at, &call.self, NULL);
	call.core = NULL;
	napi_unwrap(env, call.self, (void **)&call.core);
	return call;
}

static int isClosed(Call *call)
{
	if (call->core && *call->core) return 0;
	napi_throw_error(call->env, NULL, "the connection is closed");
	return 1;
}

static int isSet(Call *call, int i)
{
	napi_valuetype type;
	napi_typeof(call->env, call->at[i], &type);
	return type != napi_undefined;
}

static TLSBytes bytesOf(napi_env env, napi_value value)
{
	TLSBytes bytes = { 0 };
	bytes.bytes = addonBytes(env, value, &bytes.count);
	return bytes;
}

static int intOf(Call *call, int i)
{
	int32_t value = 0;
	napi_get_value_int32(call->env, call->at[i], &value);
	return value;
}

static int listOf(napi_env env, napi_value list, TLSBytes *bytes)
{
	uint32_t count = 0;
	napi_get_array_length(env, list, &count);
	if (count > maxCertificates) count = maxCertificates;
	for (uint32_t i = 0; i < count; i++) {
		napi_value item;
		napi_get_element(env, list, i, &item);
		bytes[i] = bytesOf(env, item);
	}
	return (int)count;
}

static void drop(napi_env env, void *data, void *hint)
{
	(void)env;
	(void)hint;
	TLSCore **core = data;
	if (*core) {
		tlsDelete(*core);
		alive--;
	}
	free(core);
}

static napi_value construct(napi_env env, napi_callback_info info)
{
	Call call = enter(env, info);
	TLSSetup setup = { 0 };
	TLSBytes authorities[maxCertificates], certificates[maxCertificates];
	char host[512], protocols[maxProtocols][32], reason[tlsReasonSize];
	const char *list[maxProtocols];
	double now;
	uint32_t count = 0;
	napi_get_value_string_utf8(env, call.at[0], host, sizeof(host), NULL);
	napi_get_value_double(env, call.at[1], &now);
	setup.host = host;
	setup.now = (int64_t)now;
	setup.authorities = authorities;
	setup.authorityCount = listOf(env, call.at[2], authorities);
	setup.certificates = certificates;
	setup.certificateCount = listOf(env, call.at[3], certificates);
	if (isSet(&call, 4)) setup.key = bytesOf(env, call.at[4]);
	napi_get_array_length(env, call.at[5], &count);
	for (uint32_t i = 0; i < count && i < maxProtocols; i++) {
		napi_value item;
		napi_get_element(env, call.at[5], i, &item);
		napi_get_value_string_utf8(env, item, protocols[i], sizeof(protocols[i]), NULL);
		list[i] = protocols[i];
	}
	setup.protocols = list;
	setup.protocolCount = (int)count;
	if (call.count > 6 && isSet(&call, 6)) setup.session = bytesOf(env, call.at[6]);
	TLSCore *core = tlsCreate(&setup, reason);
	if (!core) {
		napi_throw_error(env, NULL, reason);
		return NULL;
	}
	alive++;
	TLSCore **held = malloc(sizeof(*held));
	*held = core;
	napi_wrap(env, call.self, held, drop, NULL, NULL);
	return call.self;
}

static TLSWire wireOf(Call *call, int first)
{
	TLSBytes in = bytesOf(call->env, call->at[first]), out = bytesOf(call->env, call->at[first + 3]);
	int start = intOf(call, first + 1), end = intOf(call, first + 2), outStart = intOf(call, first + 4);
	TLSWire wire = { .in = in.bytes + start, .inCount = end - start };
	wire.out = (uint8_t *)out.bytes + outStart;
	wire.outMax = out.count - outStart;
	return wire;
}

static void setResult(Call *call, int i, TLSState state, const TLSWire *wire, size_t count)
{
	int32_t result[] = { state, (int32_t)wire->inUsed, (int32_t)wire->outCount, (int32_t)count };
	memcpy((void *)bytesOf(call->env, call->at[i]).bytes, result, sizeof(result));
}

// mbedTLS gets copies that are just as long as the data, so that the sanitizer sees each byte too far.
static TLSWire isolated(const TLSWire *wire)
{
	TLSWire copy = *wire;
	uint8_t *in = malloc(wire->inCount ? wire->inCount : 1);
	if (wire->inCount) memcpy(in, wire->in, wire->inCount);
	copy.in = in;
	copy.out = malloc(wire->outMax ? wire->outMax : 1);
	return copy;
}

static void join(TLSWire *wire, TLSWire *copy)
{
	memcpy(wire->out, copy->out, copy->outCount);
	wire->inUsed = copy->inUsed;
	wire->outCount = copy->outCount;
	free((void *)copy->in);
	free(copy->out);
}

static napi_value step(napi_env env, napi_callback_info info)
{
	Call call = enter(env, info);
	if (isClosed(&call)) return NULL;
	TLSWire wire = wireOf(&call, 0), copy = isolated(&wire);
	TLSState state = tlsStep(*call.core, &copy);
	join(&wire, &copy);
	setResult(&call, 5, state, &wire, 0);
	return NULL;
}

static napi_value readRecord(napi_env env, napi_callback_info info)
{
	Call call = enter(env, info);
	if (isClosed(&call)) return NULL;
	size_t available;
	TLSWire wire = wireOf(&call, 0), copy = isolated(&wire);
	TLSState state = tlsRead(*call.core, &copy, &available);
	join(&wire, &copy);
	setResult(&call, 5, state, &wire, available);
	return NULL;
}

static napi_value number(napi_env env, size_t value)
{
	napi_value result;
	napi_create_int64(env, (int64_t)value, &result);
	return result;
}

static napi_value take(napi_env env, napi_callback_info info)
{
	Call call = enter(env, info);
	if (isClosed(&call)) return NULL;
	TLSBytes into = bytesOf(env, call.at[0]);
	return number(env, tlsTake(*call.core, (uint8_t *)into.bytes, into.count));
}

static napi_value writeData(napi_env env, napi_callback_info info)
{
	Call call = enter(env, info);
	if (isClosed(&call)) return NULL;
	TLSBytes from = bytesOf(env, call.at[0]), out = bytesOf(env, call.at[1]);
	int outStart = intOf(&call, 2);
	size_t accepted;
	TLSWire wire = { .out = (uint8_t *)out.bytes + outStart, .outMax = out.count - outStart };
	TLSState state = tlsWrite(*call.core, &wire, from.bytes, from.count, &accepted);
	setResult(&call, 3, state, &wire, accepted);
	return NULL;
}

static napi_value end(napi_env env, napi_callback_info info)
{
	Call call = enter(env, info);
	if (isClosed(&call)) return NULL;
	TLSBytes out = bytesOf(env, call.at[0]);
	int outStart = intOf(&call, 1);
	TLSWire wire = { .out = (uint8_t *)out.bytes + outStart, .outMax = out.count - outStart };
	tlsClose(*call.core, &wire);
	return number(env, wire.outCount);
}

static napi_value session(napi_env env, napi_callback_info info)
{
	Call call = enter(env, info);
	if (isClosed(&call)) return NULL;
	size_t size = tlsSessionSize(*call.core);
	if (size == 0) return NULL;
	void *data;
	napi_value buffer;
	napi_create_arraybuffer(env, size, &data, &buffer);
	tlsSession(*call.core, data);
	return buffer;
}

static napi_value reason(napi_env env, napi_callback_info info)
{
	Call call = enter(env, info);
	if (isClosed(&call)) return NULL;
	napi_value result;
	napi_create_string_utf8(env, tlsReason(*call.core), NAPI_AUTO_LENGTH, &result);
	return result;
}

static napi_value closeCore(napi_env env, napi_callback_info info)
{
	Call call = enter(env, info);
	if (call.core && *call.core) {
		tlsDelete(*call.core);
		*call.core = NULL;
		alive--;
	}
	return NULL;
}

static napi_value countAlive(napi_env env, napi_callback_info info)
{
	(void)info;
	return number(env, (size_t)alive);
}

NAPI_MODULE_INIT()
{
	const napi_property_descriptor methods[] = {
		{ "step", 0, step, 0, 0, 0, napi_default, 0 },
		{ "read", 0, readRecord, 0, 0, 0, napi_default, 0 },
		{ "take", 0, take, 0, 0, 0, napi_default, 0 },
		{ "write", 0, writeData, 0, 0, 0, napi_default, 0 },
		{ "end", 0, end, 0, 0, 0, napi_default, 0 },
		{ "session", 0, session, 0, 0, 0, napi_default, 0 },
		{ "reason", 0, reason, 0, 0, 0, napi_default, 0 },
		{ "close", 0, closeCore, 0, 0, 0, napi_default, 0 },
	};
	napi_value class, counter, version, has13;
	napi_define_class(env, "TLSNative", NAPI_AUTO_LENGTH, construct, NULL, sizeof(methods) / sizeof(*methods), methods, &class);
	napi_set_named_property(env, exports, "TLSNative", class);
	napi_create_function(env, "alive", NAPI_AUTO_LENGTH, countAlive, NULL, &counter);
	napi_set_named_property(env, exports, "alive", counter);
	napi_create_int32(env, MBEDTLS_VERSION_NUMBER, &version);
	napi_set_named_property(env, exports, "version", version);
	napi_get_boolean(env, tlsHas13, &has13);
	napi_set_named_property(env, exports, "has13", has13);
	return exports;
}
