// SPDX-License-Identifier: MIT

// What the addons for tests have in common.

#pragma once
#include <node_api.h>
#include <stdint.h>

// The bytes of an ArrayBuffer or of a Uint8Array.
static inline uint8_t *addonBytes(napi_env env, napi_value value, size_t *count)
{
	bool isBuffer;
	void *data = NULL;
	*count = 0;
	napi_is_arraybuffer(env, value, &isBuffer);
	if (isBuffer) napi_get_arraybuffer_info(env, value, &data, count);
	else napi_get_typedarray_info(env, value, NULL, count, &data, NULL, NULL);
	return data;
}
