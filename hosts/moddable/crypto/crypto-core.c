// SPDX-License-Identifier: MIT

#include "crypto-core.h"
#include "../mbedtls-config.h"
#include "mbedtls/platform_util.h"
#include "psa/crypto.h"
#include <stdio.h>
#include <string.h>

#define keyLength 32
#define nonceLength 12
// Bytes that HMAC-SHA-256 takes of a key (RFC 2104).
#define blockLength 64

typedef struct {
	psa_key_type_t type;
	psa_key_usage_t usage;
	psa_algorithm_t algorithm;
} KeyUse;

// Gives a key to mbedTLS; to be destroyed when 0 is returned.
static psa_status_t import(const KeyUse *use, CryptoBytes key, mbedtls_svc_key_id_t *id)
{
	psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
	// Once it has succeeded, it does nothing.
	psa_status_t status = psa_crypto_init();
	if (status) return status;
	psa_set_key_type(&attributes, use->type);
	psa_set_key_usage_flags(&attributes, use->usage);
	psa_set_key_algorithm(&attributes, use->algorithm);
	return psa_import_key(&attributes, key.bytes, key.count, id);
}

// A result of another length than the room's is none.
static psa_status_t whole(psa_status_t status, size_t count, CryptoRoom to)
{
	return status == PSA_SUCCESS && count != to.count ? PSA_ERROR_CORRUPTION_DETECTED : status;
}

static int refuse(CryptoRoom to)
{
	if (to.count) memset(to.bytes, 0, to.count);
	return cryptoRefused;
}

int cryptoRandom(CryptoRoom to)
{
	if (to.count > cryptoMaxLength) return cryptoBadLength;
	psa_status_t status = psa_crypto_init();
	return status || to.count == 0 ? status : psa_generate_random(to.bytes, to.count);
}

static int hash(psa_algorithm_t algorithm, CryptoBytes from, CryptoRoom to)
{
	size_t count = 0;
	if (from.count > cryptoMaxLength || to.count != PSA_HASH_LENGTH(algorithm)) return cryptoBadLength;
	psa_status_t status = psa_crypto_init();
	if (!status) status = psa_hash_compute(algorithm, from.bytes, from.count, to.bytes, to.count, &count);
	return whole(status, count, to);
}

int cryptoSHA256(CryptoBytes from, CryptoRoom to)
{
	return hash(PSA_ALG_SHA_256, from, to);
}

int cryptoSHA512(CryptoBytes from, CryptoRoom to)
{
	return hash(PSA_ALG_SHA_512, from, to);
}

// PSA takes no key without bytes and none of more than 8 KB. To HMAC, a key is the same with zeros
// behind up to a block, and one of more than a block the same as its hash.
int cryptoHMAC(CryptoBytes key, CryptoBytes from, CryptoRoom to)
{
	static const KeyUse use = { PSA_KEY_TYPE_HMAC, PSA_KEY_USAGE_SIGN_MESSAGE, PSA_ALG_HMAC(PSA_ALG_SHA_256) };
	uint8_t block[blockLength] = { 0 };
	mbedtls_svc_key_id_t id;
	size_t count = 0;
	int result = cryptoDone;
	if (key.count > cryptoMaxLength || from.count > cryptoMaxLength || to.count != PSA_HASH_LENGTH(PSA_ALG_SHA_256))
		return cryptoBadLength;
	if (key.count > sizeof(block)) result = cryptoSHA256(key, (CryptoRoom){ block, to.count });
	else if (key.count) memcpy(block, key.bytes, key.count);
	if (!result) result = import(&use, (CryptoBytes){ block, sizeof(block) }, &id);
	mbedtls_platform_zeroize(block, sizeof(block));
	if (result) return result;
	psa_status_t status = psa_mac_compute(id, use.algorithm, from.bytes, from.count, to.bytes, to.count, &count);
	psa_destroy_key(id);
	return whole(status, count, to);
}

// In a time that does not depend on where the first byte is that is not 0.
static int isZero(CryptoRoom room)
{
	uint8_t bits = 0;
	for (size_t i = 0; i < room.count; i++) bits |= room.bytes[i];
	return bits == 0;
}

int cryptoX25519(CryptoBytes key, CryptoBytes u, CryptoRoom to)
{
	static const KeyUse use = {
		PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_MONTGOMERY), PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH,
	};
	mbedtls_svc_key_id_t id;
	size_t count = 0;
	if (key.count != keyLength || u.count != keyLength || to.count != keyLength) return cryptoBadLength;
	psa_status_t status = import(&use, key, &id);
	if (status) return status;
	status = psa_raw_key_agreement(use.algorithm, id, u.bytes, u.count, to.bytes, to.count, &count);
	psa_destroy_key(id);
	// Key and lengths are good: what is left to be invalid is the point.
	if (status == PSA_ERROR_INVALID_ARGUMENT) return refuse(to);
	if ((status = whole(status, count, to))) return status;
	// mbedTLS has refused those already; an accelerator behind PSA may not.
	return isZero(to) ? refuse(to) : cryptoDone;
}

int cryptoVerifyP256(CryptoBytes key, CryptoBytes message, CryptoBytes signature)
{
	static const KeyUse use = {
		PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1), PSA_KEY_USAGE_VERIFY_MESSAGE, PSA_ALG_ECDSA(PSA_ALG_SHA_256),
	};
	mbedtls_svc_key_id_t id;
	if (key.count != 2 * keyLength + 1 || signature.count != 2 * keyLength || message.count > cryptoMaxLength)
		return cryptoBadLength;
	psa_status_t status = import(&use, key, &id);
	// Its length is good: it is no point of the curve.
	if (status == PSA_ERROR_INVALID_ARGUMENT) return cryptoRefused;
	if (status) return status;
	status = psa_verify_message(id, use.algorithm, message.bytes, message.count, signature.bytes, signature.count);
	psa_destroy_key(id);
	return status == PSA_ERROR_INVALID_SIGNATURE ? cryptoRefused : status;
}

static int isAEAD(const CryptoMessage *message)
{
	return message->key.count == keyLength && message->nonce.count == nonceLength
		&& message->aad.count <= cryptoMaxLength;
}

int cryptoSeal(const CryptoMessage *message, CryptoRoom to)
{
	static const KeyUse use = { PSA_KEY_TYPE_CHACHA20, PSA_KEY_USAGE_ENCRYPT, PSA_ALG_CHACHA20_POLY1305 };
	const CryptoBytes *nonce = &message->nonce, *aad = &message->aad, *text = &message->text;
	mbedtls_svc_key_id_t id;
	size_t count = 0;
	if (!isAEAD(message) || text->count > cryptoMaxLength || to.count != text->count + cryptoTagLength)
		return cryptoBadLength;
	psa_status_t status = import(&use, message->key, &id);
	if (status) return status;
	status = psa_aead_encrypt(id, use.algorithm, nonce->bytes, nonce->count, aad->bytes, aad->count,
		text->bytes, text->count, to.bytes, to.count, &count);
	psa_destroy_key(id);
	return whole(status, count, to);
}

int cryptoOpen(const CryptoMessage *message, CryptoRoom to)
{
	static const KeyUse use = { PSA_KEY_TYPE_CHACHA20, PSA_KEY_USAGE_DECRYPT, PSA_ALG_CHACHA20_POLY1305 };
	const CryptoBytes *nonce = &message->nonce, *aad = &message->aad, *text = &message->text;
	mbedtls_svc_key_id_t id;
	size_t count = 0;
	int isShort = text->count < cryptoTagLength;
	if (!isAEAD(message) || text->count > cryptoMaxLength + cryptoTagLength
		|| to.count != (isShort ? 0 : text->count - cryptoTagLength)) return cryptoBadLength;
	if (isShort) return cryptoRefused;
	psa_status_t status = import(&use, message->key, &id);
	if (status) return status;
	status = psa_aead_decrypt(id, use.algorithm, nonce->bytes, nonce->count, aad->bytes, aad->count,
		text->bytes, text->count, to.bytes, to.count, &count);
	psa_destroy_key(id);
	return status == PSA_ERROR_INVALID_SIGNATURE ? refuse(to) : whole(status, count, to);
}

void cryptoReason(int result, const char *what, char *reason)
{
	if (result == cryptoBadLength)
		snprintf(reason, cryptoReasonSize, "crypto/bad-length: %s: something given is too short or too long", what);
	else if (result == PSA_ERROR_INSUFFICIENT_MEMORY)
		snprintf(reason, cryptoReasonSize, "crypto/no-memory: %s: the memory is too short", what);
	else if (result == PSA_ERROR_INSUFFICIENT_ENTROPY)
		snprintf(reason, cryptoReasonSize, "crypto/no-entropy: %s: the host has no source of random bytes", what);
	else if (result == PSA_ERROR_NOT_SUPPORTED)
		snprintf(reason, cryptoReasonSize, "crypto/unsupported: %s: this mbedTLS was built without it", what);
	else
		snprintf(reason, cryptoReasonSize, "crypto/failed: %s: mbedTLS says %d", what, result);
}
