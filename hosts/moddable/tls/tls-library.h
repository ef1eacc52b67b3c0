// SPDX-License-Identifier: MIT

// mbedTLS as we use it, and all that differs between its versions: 2.28 (Debian 12), 3.6, and 4.x
// (ESP-IDF 6), which has its cryptography behind PSA.

#pragma once
#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#include "../mbedtls-config.h"
#include "tls-no-memory.h"
#include "mbedtls/version.h"
#if MBEDTLS_VERSION_NUMBER < 0x021c0000
	#error "mbedTLS 2.28 or later is needed"
#endif
#include "mbedtls/pk.h"
#include "mbedtls/platform.h"
#include "mbedtls/ssl.h"
#include "mbedtls/x509_crt.h"
#include "psa/crypto.h"
#if MBEDTLS_VERSION_NUMBER < 0x04000000
	#include "mbedtls/psa_util.h"
#endif

#if defined(MBEDTLS_SSL_PROTO_TLS1_3) && MBEDTLS_VERSION_NUMBER >= 0x03000000
	#define tlsHas13 1
#else
	#define tlsHas13 0
#endif

#if MBEDTLS_VERSION_NUMBER < 0x03000000
	#define MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION
	#define MBEDTLS_ERR_SSL_BAD_CERTIFICATE MBEDTLS_ERR_SSL_BAD_HS_CERTIFICATE
#endif

// TLS 1.3, and TLS 1.2 with an ephemeral key and an AEAD cipher (RFC 5289, 7905, 8446).
static const int tlsCipherSuites[] = {
	0x1301, 0x1303, 0x1302,
	0xc02b, 0xc02f, 0xcca9, 0xcca8, 0xc02c, 0xc030,
	0
};

// Certificates signed with SHA-256 or better, keys of RSA from 2,048 bits or of the NIST curves.
static const mbedtls_x509_crt_profile tlsProfile = {
	MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA256) | MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA384)
		| MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA512),
	0xfffffff,
	MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP256R1) | MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP384R1)
		| MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP521R1),
	2048,
};

// The signatures of a handshake, without SHA-1. RSA with PKCS #1 v1.5 stands before PSS: TLS 1.3 takes
// PSS all the same, and in TLS 1.2 a server that followed our order to PSS would be refused.
#if MBEDTLS_VERSION_NUMBER < 0x03000000
static const int tlsHashes[] = { MBEDTLS_MD_SHA256, MBEDTLS_MD_SHA384, MBEDTLS_MD_SHA512, MBEDTLS_MD_NONE };
#else
static const uint16_t tlsSignatures[] = {
	0x0403, 0x0503, 0x0603,
	0x0401, 0x0501, 0x0601,
	0x0804, 0x0805, 0x0806,
	0
};
#endif

static inline void tlsConfigure(mbedtls_ssl_config *config)
{
	mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_REQUIRED);
	mbedtls_ssl_conf_cert_profile(config, &tlsProfile);
	mbedtls_ssl_conf_ciphersuites(config, tlsCipherSuites);
	mbedtls_ssl_conf_legacy_renegotiation(config, MBEDTLS_SSL_LEGACY_BREAK_HANDSHAKE);
#if defined(MBEDTLS_SSL_RENEGOTIATION)
	mbedtls_ssl_conf_renegotiation(config, MBEDTLS_SSL_RENEGOTIATION_DISABLED);
#endif
#if MBEDTLS_VERSION_NUMBER < 0x04000000
	mbedtls_ssl_conf_rng(config, mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE);
#endif
#if MBEDTLS_VERSION_NUMBER < 0x03000000
	mbedtls_ssl_conf_min_version(config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
	mbedtls_ssl_conf_sig_hashes(config, tlsHashes);
#else
	mbedtls_ssl_conf_min_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_2);
	mbedtls_ssl_conf_sig_algs(config, tlsSignatures);
#endif
#if defined(MBEDTLS_SSL_SESSION_TICKETS)
	mbedtls_ssl_conf_session_tickets(config, MBEDTLS_SSL_SESSION_TICKETS_ENABLED);
	#if defined(MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED)
	mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(config,
		MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
	#endif
#endif
}

static inline int tlsParseKey(mbedtls_pk_context *key, const uint8_t *bytes, size_t count)
{
#if MBEDTLS_VERSION_NUMBER >= 0x03000000 && MBEDTLS_VERSION_NUMBER < 0x04000000
	return mbedtls_pk_parse_key(key, bytes, count, NULL, 0, mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE);
#else
	return mbedtls_pk_parse_key(key, bytes, count, NULL, 0);
#endif
}

static inline int tlsCheckPair(mbedtls_pk_context *pub, mbedtls_pk_context *key)
{
#if MBEDTLS_VERSION_NUMBER >= 0x03000000 && MBEDTLS_VERSION_NUMBER < 0x04000000
	return mbedtls_pk_check_pair(pub, key, mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE);
#else
	return mbedtls_pk_check_pair(pub, key);
#endif
}

static inline int tlsIsHandshakeOver(mbedtls_ssl_context *ssl)
{
#if MBEDTLS_VERSION_NUMBER < 0x03000000
	return ssl->state == MBEDTLS_SSL_HANDSHAKE_OVER;
#else
	return mbedtls_ssl_is_handshake_over(ssl);
#endif
}

static inline int tlsIsVersion12(const mbedtls_ssl_context *ssl)
{
#if MBEDTLS_VERSION_NUMBER < 0x03000000
	(void)ssl;
	return 1;
#else
	return mbedtls_ssl_get_version_number(ssl) == MBEDTLS_SSL_VERSION_TLS1_2;
#endif
}

// The clock by which mbedTLS knows how old a ticket of TLS 1.3 is, ms. It offers none that is from after now.
#if tlsHas13 && defined(MBEDTLS_HAVE_TIME) && defined(MBEDTLS_SSL_SESSION_TICKETS) && MBEDTLS_VERSION_NUMBER >= 0x03060000
	#include "mbedtls/platform_time.h"
	#define tlsHasTicketAge 1
#else
	#define tlsHasTicketAge 0
#endif

static inline int64_t tlsTicks(void)
{
#if tlsHasTicketAge
	return mbedtls_ms_time();
#else
	return 0;
#endif
}

// How long ago a session came, ms.
static inline void tlsSetAge(mbedtls_ssl_session *session, int64_t age)
{
#if tlsHasTicketAge
	if (session->tls_version == MBEDTLS_SSL_VERSION_TLS1_3)
		session->ticket_reception_time = mbedtls_ms_time() - (age > 0 ? age : 0);
#else
	(void)session;
	(void)age;
#endif
}

// Takes the server's certificate out of a session: it was verified, and is most of its length.
static inline void tlsDropPeer(mbedtls_ssl_session *session)
{
#if defined(MBEDTLS_SSL_KEEP_PEER_CERTIFICATE)
	if (!session->peer_cert) return;
	mbedtls_x509_crt_free(session->peer_cert);
	mbedtls_free(session->peer_cert);
	session->peer_cert = NULL;
#else
	(void)session;
#endif
}

static inline int tlsIsNewTicket(int error)
{
#if defined(MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET)
	return error == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;
#else
	(void)error;
	return 0;
#endif
}

static inline int tlsIsOutOfMemory(int error)
{
	return tlsMeansNoMemory(error, MBEDTLS_VERSION_MAJOR);
}
