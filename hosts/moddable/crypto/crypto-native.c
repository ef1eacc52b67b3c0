// SPDX-License-Identifier: MIT

// Binds crypto-core to XS. mbedTLS allocates nothing of XS, and the results go into buffers that are
// given; so pointers into the memory of XS hold as long as they are used.

#include "xsmc.h"
#include "mc.xs.h"
#include "crypto-core.h"

static CryptoBytes bytesOf(xsMachine *the, xsSlot *slot)
{
	void *data;
	xsUnsignedValue count;
	xsmcGetBufferReadable(*slot, &data, &count);
	return (CryptoBytes){ data, count };
}

static CryptoRoom roomOf(xsMachine *the, xsSlot *slot)
{
	void *data;
	xsUnsignedValue count;
	xsmcGetBufferWritable(*slot, &data, &count);
	return (CryptoRoom){ data, count };
}

// (key, nonce, aad, text, into)
static CryptoMessage messageOf(xsMachine *the)
{
	return (CryptoMessage){
		bytesOf(the, &xsArg(0)), bytesOf(the, &xsArg(1)), bytesOf(the, &xsArg(2)), bytesOf(the, &xsArg(3)),
	};
}

// Whether it is done; false when it was refused.
static void finish(xsMachine *the, const char *what, int result)
{
	char reason[cryptoReasonSize];
	if (result == cryptoDone || result == cryptoRefused) {
		xsmcSetBoolean(xsResult, result == cryptoDone);
		return;
	}
	cryptoReason(result, what, reason);
	xsUnknownError("%s", reason);
}

// random(into)
void xs_crypto_random(xsMachine *the)
{
	finish(the, "random bytes", cryptoRandom(roomOf(the, &xsArg(0))));
}

// sha256(bytes, into)
void xs_crypto_sha256(xsMachine *the)
{
	finish(the, "SHA-256", cryptoSHA256(bytesOf(the, &xsArg(0)), roomOf(the, &xsArg(1))));
}

// sha512(bytes, into)
void xs_crypto_sha512(xsMachine *the)
{
	finish(the, "SHA-512", cryptoSHA512(bytesOf(the, &xsArg(0)), roomOf(the, &xsArg(1))));
}

// hmacSHA256(key, bytes, into)
void xs_crypto_hmac_sha256(xsMachine *the)
{
	finish(the, "HMAC-SHA-256",
		cryptoHMAC(bytesOf(the, &xsArg(0)), bytesOf(the, &xsArg(1)), roomOf(the, &xsArg(2))));
}

// x25519(privateKey, u, into)
void xs_crypto_x25519(xsMachine *the)
{
	finish(the, "X25519",
		cryptoX25519(bytesOf(the, &xsArg(0)), bytesOf(the, &xsArg(1)), roomOf(the, &xsArg(2))));
}

// verifyP256(publicKey, message, signature)
void xs_crypto_verify_p256(xsMachine *the)
{
	finish(the, "ECDSA on P-256",
		cryptoVerifyP256(bytesOf(the, &xsArg(0)), bytesOf(the, &xsArg(1)), bytesOf(the, &xsArg(2))));
}

// seal(key, nonce, aad, plaintext, into)
void xs_crypto_seal(xsMachine *the)
{
	CryptoMessage message = messageOf(the);
	finish(the, "ChaCha20-Poly1305", cryptoSeal(&message, roomOf(the, &xsArg(4))));
}

// open(key, nonce, aad, sealed, into)
void xs_crypto_open(xsMachine *the)
{
	CryptoMessage message = messageOf(the);
	finish(the, "ChaCha20-Poly1305", cryptoOpen(&message, roomOf(the, &xsArg(4))));
}
