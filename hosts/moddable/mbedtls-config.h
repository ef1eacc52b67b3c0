// SPDX-License-Identifier: MIT

// Before the first header of mbedTLS: what ESP-IDF compiles its own with. Structures have to be the
// same here.

#pragma once
#if ESP32
	#define MBEDTLS_CONFIG_FILE "mbedtls/esp_config.h"
	#define TF_PSA_CRYPTO_USER_CONFIG_FILE "mbedtls/esp_config.h"
#endif
