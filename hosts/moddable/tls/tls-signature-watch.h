// SPDX-License-Identifier: MIT

// Looks for the signature of a ServerKeyExchange (RFC 8422, 5.4) among the bytes that come in: mbedTLS
// 4.0 takes one with SHA-1 although it was not offered (CVE-2026-25834).

#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
	uint8_t type;	// of the record
	uint8_t message;	// of the handshake
	uint8_t point;	// length of the server's point
	uint8_t headCount;	// bytes of the record's head that have come
	uint32_t left;	// bytes of the record that are to come
	uint32_t messageLeft;	// bytes of the message that are to come
	uint32_t at;	// place in the message
	int isOver;	// what comes now is protected, or is no handshake of TLS 1.2
	int isWeak;	// MD5 or SHA-1
} TLSSignatureWatch;

void tlsWatchSignature(TLSSignatureWatch *watch, const uint8_t *bytes, size_t count);
