// SPDX-License-Identifier: MIT

// Stands in for crypto-core.c behind crypto-native.c: notes what it is given, in its order.

#include "engine.h"
#include "crypto-core.h"

static int done(const char *name, CryptoRoom to, int count, const CryptoBytes *given)
{
	char text[64] = "";
	for (int i = 0; i < count; i++) {
		size_t at = strlen(text);
		snprintf(text + at, sizeof(text) - at, " %02x*%zu", given[i].count ? given[i].bytes[0] : 0, given[i].count);
	}
	if (to.count) memset(to.bytes, 0xee, to.count);
	note("%s%s to %zu", name, text, to.count);
	return resultOf(name);
}

#define given(...) (sizeof((CryptoBytes[]){__VA_ARGS__}) / sizeof(CryptoBytes)), (CryptoBytes[]){__VA_ARGS__}

int cryptoRandom(CryptoRoom to) { return done("random", to, 0, NULL); }
int cryptoSHA256(CryptoBytes from, CryptoRoom to) { return done("sha256", to, given(from)); }
int cryptoSHA512(CryptoBytes from, CryptoRoom to) { return done("sha512", to, given(from)); }
int cryptoHMAC(CryptoBytes key, CryptoBytes from, CryptoRoom to) { return done("hmac", to, given(key, from)); }
int cryptoX25519(CryptoBytes key, CryptoBytes u, CryptoRoom to) { return done("x25519", to, given(key, u)); }
int cryptoVerifyP256(CryptoBytes key, CryptoBytes message, CryptoBytes signature)
{
	return done("verify", (CryptoRoom){0}, given(key, message, signature));
}
int cryptoSeal(const CryptoMessage *it, CryptoRoom to) { return done("seal", to, given(it->key, it->nonce, it->aad, it->text)); }
int cryptoOpen(const CryptoMessage *it, CryptoRoom to) { return done("open", to, given(it->key, it->nonce, it->aad, it->text)); }

void cryptoReason(int result, const char *what, char *reason)
{
	snprintf(reason, cryptoReasonSize, "%s: %d %%s%%n", what, result);
}
