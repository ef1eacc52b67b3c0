// SPDX-License-Identifier: MIT

// What is asked of certificates beyond the path that mbedTLS finds: their dates by the board's clock,
// the server's name, and no nameConstraints, which mbedTLS does not read. The same on every host.

#pragma once
#include "tls-library.h"

typedef int (*TLSVerifier)(void *, mbedtls_x509_crt *, int, uint32_t *);

typedef struct {
	const char *host;
	int64_t now;
	// What is trusted, and the verifier of the host's public roots where those are not in this list.
	const mbedtls_x509_crt *authorities;
	TLSVerifier roots;
	// The earliest last day of a certificate of the path, seconds since 1970.
	int64_t validUntil;
	// The server's certificate has been looked at.
	int isSeen;
	// No path was found, which matters unless the server's certificate is itself trusted.
	int isUntrusted;
	int hasNameConstraints;
} TLSVerdict;

// A callback of mbedTLS; `verdict` is a TLSVerdict. Sets and takes back flags, decides nothing itself.
int tlsVerify(void *verdict, mbedtls_x509_crt *certificate, int depth, uint32_t *flags);

// Writes "tls/...: text" for the flags of a refused certificate.
void tlsExplain(const TLSVerdict *verdict, uint32_t flags, char *text, size_t size);

// Whether `host` is an IPv4 address; then `address` has it.
int tlsParseIPv4(const char *host, uint8_t address[4]);
