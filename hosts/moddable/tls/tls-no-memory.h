// SPDX-License-Identifier: MIT

// Which errors of mbedTLS mean that the memory was too short: a code of a high and a low part, or one
// of PSA, by the version of the library. Needs no header of mbedTLS.

#pragma once
#include <stddef.h>

// PSA_ERROR_INSUFFICIENT_MEMORY of the PSA Crypto API, and since mbedTLS 4 of all parts of it.
#define tlsNoMemory (-141)

static inline int tlsMeansNoMemory(int error, int majorVersion)
{
	static const int high[] = { 0x7f00, 0x2880, 0x3f80, 0x4d80, 0x5180, 0x1180 };
	int positive = -error;
	if (error == tlsNoMemory) return 1;
	if (majorVersion >= 4) {
		// The parsers of X.509 add the code of what they were reading.
		int part = positive + tlsNoMemory;
		if (part >= 0x2080 && part <= 0x2a80 && (part & 0x7f) == 0) return 1;
		// What the derivation of keys of TLS 1.2 says of every failure of PSA. All that it is given is right.
		return positive == 0x7f80;
	}
	for (size_t i = 0; i < sizeof(high) / sizeof(*high); i++)
		if ((positive & 0xff80) == high[i]) return 1;
	return (positive & 0x7f) == 0x6a || (positive & 0x7f) == 0x10;
}

// A public key that cannot be read: mbedTLS 4 says the same when there is no memory for it.
static inline int tlsMayMeanNoMemory(int error, int majorVersion)
{
	return majorVersion >= 4 && (error == -0x3b00 || error == -0x3a80);
}
