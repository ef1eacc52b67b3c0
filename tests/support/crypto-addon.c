// SPDX-License-Identifier: MIT

// Binds crypto-core to Node as crypto-native.c binds it to XS.

#include "addon.h"
#include "crypto-core.h"
#include <stdlib.h>
#include <string.h>

#define maxArguments 5

// mbedTLS gets copies that are just as long as the data, so that the sanitizer sees each byte too far.
typedef struct {
	napi_env env;
	CryptoBytes in[maxArguments];
	CryptoRoom to;
	uint8_t *result;
} Call;

static uint8_t *copyOf(const uint8_t *bytes, size_t count)
{
	uint8_t *copy = malloc(count ? count : 1);
	if (count) memcpy(copy, bytes, count);
	return copy;
}

// The last argument is the room for the result.
static Call enter(napi_env env, napi_callback_info info)
{
	Call call = { .env = env };
	napi_value at[maxArguments];
	size_t count = maxArguments, length;
	napi_get_cb_info(env, info, &count, at, NULL, NULL);
	for (size_t i = 0; i + 1 < count; i++) {
		const uint8_t *bytes = addonBytes(env, at[i], &length);
		call.in[i] = (CryptoBytes){ copyOf(bytes, length), length };
	}
	call.result = addonBytes(env, at[count - 1], &length);
	call.to = (CryptoRoom){ copyOf(call.result, length), length };
	return call;
}

static napi_value leave(Call *call, const char *what, int result)
{
	char reason[cryptoReasonSize];
	napi_value done = NULL;
	if (call->to.count) memcpy(call->result, call->to.bytes, call->to.count);
	for (int i = 0; i < maxArguments; i++) free((void *)call->in[i].bytes);
	free(call->to.bytes);
	if (result == cryptoDone || result == cryptoRefused) {
		napi_get_boolean(call->env, result == cryptoDone, &done);
		return done;
	}
	cryptoReason(result, what, reason);
	napi_throw_error(call->env, NULL, reason);
	return NULL;
}

static napi_value randomBytes(napi_env env, napi_callback_info info)
{
	Call call = enter(env, info);
	return leave(&call, "random bytes", cryptoRandom(call.to));
}

static napi_value sha256(napi_env env, napi_callback_info info)
{
	Call call = enter(env, info);
	return leave(&call, "SHA-256", cryptoSHA256(call.in[0], call.to));
}

static napi_value sha512(napi_env env, napi_callback_info info)
{
	Call call = enter(env, info);
	return leave(&call, "SHA-512", cryptoSHA512(call.in[0], call.to));
}

static napi_value hmac(napi_env env, napi_callback_info info)
{
	Call call = enter(env, info);
	return leave(&call, "HMAC-SHA-256", cryptoHMAC(call.in[0], call.in[1], call.to));
}

static napi_value x25519(napi_env env, napi_callback_info info)
{
	Call call = enter(env, info);
	return leave(&call, "X25519", cryptoX25519(call.in[0], call.in[1], call.to));
}

static napi_value verifyP256(napi_env env, napi_callback_info info)
{
	napi_value at[4];
	size_t count = 3;
	napi_get_cb_info(env, info, &count, at, NULL, NULL);
	CryptoBytes in[3];
	for (size_t i = 0; i < 3; i++) {
		size_t length;
		const uint8_t *bytes = addonBytes(env, at[i], &length);
		in[i] = (CryptoBytes){ copyOf(bytes, length), length };
	}
	int result = cryptoVerifyP256(in[0], in[1], in[2]);
	for (size_t i = 0; i < 3; i++) free((void *)in[i].bytes);
	char reason[cryptoReasonSize];
	napi_value done = NULL;
	if (result == cryptoDone || result == cryptoRefused) {
		napi_get_boolean(env, result == cryptoDone, &done);
		return done;
	}
	cryptoReason(result, "ECDSA on P-256", reason);
	napi_throw_error(env, NULL, reason);
	return NULL;
}

static CryptoMessage messageOf(const Call *call)
{
	return (CryptoMessage){ call->in[0], call->in[1], call->in[2], call->in[3] };
}

static napi_value sealText(napi_env env, napi_callback_info info)
{
	Call call = enter(env, info);
	CryptoMessage message = messageOf(&call);
	return leave(&call, "ChaCha20-Poly1305", cryptoSeal(&message, call.to));
}

static napi_value openText(napi_env env, napi_callback_info info)
{
	Call call = enter(env, info);
	CryptoMessage message = messageOf(&call);
	return leave(&call, "ChaCha20-Poly1305", cryptoOpen(&message, call.to));
}

NAPI_MODULE_INIT()
{
	const napi_property_descriptor functions[] = {
		{ "random", 0, randomBytes, 0, 0, 0, napi_default, 0 },
		{ "sha256", 0, sha256, 0, 0, 0, napi_default, 0 },
		{ "sha512", 0, sha512, 0, 0, 0, napi_default, 0 },
		{ "hmacSHA256", 0, hmac, 0, 0, 0, napi_default, 0 },
		{ "x25519", 0, x25519, 0, 0, 0, napi_default, 0 },
		{ "verifyP256", 0, verifyP256, 0, 0, 0, napi_default, 0 },
		{ "seal", 0, sealText, 0, 0, 0, napi_default, 0 },
		{ "open", 0, openText, 0, 0, 0, napi_default, 0 },
	};
	napi_define_properties(env, exports, sizeof(functions) / sizeof(*functions), functions);
	return exports;
}
