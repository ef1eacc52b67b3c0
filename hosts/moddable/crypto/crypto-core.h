// SPDX-License-Identifier: MIT

// What HostCrypto asks for, by mbedTLS through the PSA API. Knows no XS: bytes in, bytes out. Keys are
// in the hands of mbedTLS only for the time of a call, and nothing is kept.

#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
	const uint8_t *bytes;
	size_t count;
} CryptoBytes;

// Room for a result, as long as the result is. It may not overlap with what is given.
typedef struct {
	uint8_t *bytes;
	size_t count;
} CryptoRoom;

typedef struct {
	CryptoBytes key, nonce, aad, text;
} CryptoMessage;

// What a call returns; below 0 it is a status of PSA, for cryptoReason.
enum {
	cryptoDone = 0,
	// The point or the tag is refused; the room holds zeros.
	cryptoRefused = 1,
	// Something given is not as long as it must be, or longer than cryptoMaxLength.
	cryptoBadLength = 2
};

// The longest text, key of HMAC, additional data and random bytes. The tag comes on top.
#define cryptoMaxLength 16384
#define cryptoTagLength 16

// The longest reason, with its 0.
#define cryptoReasonSize 160

int cryptoRandom(CryptoRoom to);

// `to` has 32 bytes, for SHA-512 64.
int cryptoSHA256(CryptoBytes from, CryptoRoom to);
int cryptoSHA512(CryptoBytes from, CryptoRoom to);
int cryptoHMAC(CryptoBytes key, CryptoBytes from, CryptoRoom to);

// All of 32 bytes. Refused: a point of low order, by which the result would be 0.
int cryptoX25519(CryptoBytes key, CryptoBytes u, CryptoRoom to);

// ECDSA on P-256 with SHA-256. The key is a point of 65 bytes (4, x, y), the signature has 64 (r, s). Refused:
// it is not the signature of the message, or the key is no point of the curve.
int cryptoVerifyP256(CryptoBytes key, CryptoBytes message, CryptoBytes signature);

// ChaCha20-Poly1305 with a key of 32 bytes and a nonce of 12; `to` is the text and cryptoTagLength.
int cryptoSeal(const CryptoMessage *message, CryptoRoom to);

// `text` is what cryptoSeal has made; `to` is cryptoTagLength shorter, or empty when that is not
// possible. Refused when anything was changed.
int cryptoOpen(const CryptoMessage *message, CryptoRoom to);

// "crypto/...: text" of a failure. `what` was to be done.
void cryptoReason(int result, const char *what, char *reason);
