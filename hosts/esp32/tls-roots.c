// SPDX-License-Identifier: MIT

// The public roots of a board: the certificate bundle of ESP-IDF, in flash.

#include "tls-roots.h"
#include <stdbool.h>
#include "esp_crt_bundle.h"

// A part of the bundle that its header does not declare.
int esp_crt_verify_callback(void *it, mbedtls_x509_crt *certificate, int depth, uint32_t *flags);

int tlsAddPublicRoots(mbedtls_ssl_config *config, mbedtls_x509_crt *authorities, TLSVerifier *verifier)
{
	(void)authorities;
	if (esp_crt_bundle_attach(config) != ESP_OK) return MBEDTLS_ERR_X509_FATAL_ERROR;
	*verifier = esp_crt_verify_callback;
	return 0;
}
