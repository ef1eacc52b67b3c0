// SPDX-License-Identifier: MIT

#include "tls-core.h"
#include "tls-roots.h"
#include "tls-signature-watch.h"
#include "tls-verify.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define maxProtocols 3
#define maxProtocolsLength 64

// A session is kept with the earliest last day of the path in front, so that none outlives it, and with the time at
// which it came: that of mbedTLS begins anew with each start of a board.
#define sessionHeadSize 16

// Records without data and tickets that one call takes, before the loop gets its turn.
#define maxRecords 32

struct TLSCore {
	TLSWire *wire;
	TLSVerdict verdict;
	TLSSignatureWatch watch;
	mbedtls_ssl_context ssl;
	mbedtls_ssl_config config;
	mbedtls_x509_crt authorities, own;
	mbedtls_pk_context key;
	TLSState state;
	int isResuming;
	int64_t started;	// ms, by tlsTicks
	uint8_t *session;	// to be taken, or NULL
	size_t sessionSize;
	char protocols[maxProtocolsLength];
	const char *protocolList[maxProtocols + 1];
	char host[256];
	char reason[tlsReasonSize];
};

static int onSend(void *it, const unsigned char *from, size_t count)
{
	TLSWire *wire = ((TLSCore *)it)->wire;
	size_t room = wire->outMax - wire->outCount, n = count < room ? count : room;
	if (n == 0) return MBEDTLS_ERR_SSL_WANT_WRITE;
	memcpy(wire->out + wire->outCount, from, n);
	wire->outCount += n;
	return (int)n;
}

static int onReceive(void *it, unsigned char *to, size_t max)
{
	TLSWire *wire = ((TLSCore *)it)->wire;
	size_t left = wire->inCount - wire->inUsed, n = max < left ? max : left;
	if (n == 0) return MBEDTLS_ERR_SSL_WANT_READ;
	memcpy(to, wire->in + wire->inUsed, n);
	tlsWatchSignature(&((TLSCore *)it)->watch, to, n);
	wire->inUsed += n;
	return (int)n;
}

static const char *alertText(const TLSCore *core, int alert)
{
	int hasCertificate = core->own.raw.len > 0;
	switch (alert) {
	case 40: case 71:
		// Refused after its certificate: hello and ciphers were fine, what is missing is ours.
		if (core->verdict.isSeen && !hasCertificate) return "the server wants a client certificate";
		return tlsHas13 ? "the server has no cipher, curve or key in common with us"
			: "the server has no cipher, curve or key in common with us; it may want TLS 1.3";
	case 42: case 43: case 46: return hasCertificate ? "the server does not accept our certificate" : "the server wants a client certificate";
	case 44: return "our certificate was revoked";
	case 45: return "our certificate has expired";
	case 48: return "our certificate does not come from an authority that the server trusts";
	case 49: return "the server does not let us in";
	case 70: return tlsHas13 ? "the server speaks neither TLS 1.2 nor 1.3" : "the server wants TLS 1.3, we have 1.2";
	case 80: return "the server has an internal error";
	case 112: return "the server does not know this name";
	case 116: return "the server wants a client certificate";
	case 120: return "the server speaks none of our protocols (ALPN)";
	default: return NULL;
	}
}

static int isCertificateError(int error)
{
	int high = -error & 0xff80, low = -error & 0x7f;
	return (high >= 0x2080 && high <= 0x2a80) || (high == 0 && low >= 0x60 && low <= 0x6c);
}

// Of mbedTLS's module for TLS; the others are of its cryptography.
static int isOfTLS(int code)
{
	return code >= 0x6000 && code < 0x8000;
}

static TLSState failed(TLSCore *core, int error)
{
	char *reason = core->reason;
	int code = error < 0 ? -error : error;
	core->state = tlsFailed;
	if (tlsIsOutOfMemory(error))
		snprintf(reason, tlsReasonSize, "tls/no-memory: the memory is too short for a secure connection");
	else if (tlsMayMeanNoMemory(error, MBEDTLS_VERSION_MAJOR))
		snprintf(reason, tlsReasonSize, "tls/no-memory: a public key cannot be read: the memory is too short, or the key is broken");
	else if (error == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED || error == MBEDTLS_ERR_SSL_BAD_CERTIFICATE)
		tlsExplain(&core->verdict, mbedtls_ssl_get_verify_result(&core->ssl), reason, tlsReasonSize);
	else if (error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
		int alert = core->ssl.in_msg ? core->ssl.in_msg[1] : 0;
		const char *text = alertText(core, alert);
		if (text) snprintf(reason, tlsReasonSize, "tls/alert: %s (alert %d)", text, alert);
		else snprintf(reason, tlsReasonSize, "tls/alert: the server ended the connection with alert %d", alert);
	}
	else if (isCertificateError(error))
		snprintf(reason, tlsReasonSize, "tls/bad-certificate: a certificate cannot be read (-0x%04x)", code);
	else if (error == MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION)
		snprintf(reason, tlsReasonSize, "tls/unsupported: the server does not speak %s", tlsHas13 ? "TLS 1.2 or 1.3" : "TLS 1.2");
	else if (error == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY)
		snprintf(reason, tlsReasonSize, "tls/closed: the other end ended the handshake");
	else
		snprintf(reason, tlsReasonSize, "tls/failed: %s (-0x%04x)", isOfTLS(code) ? "this is no TLS, or a rule of it was broken"
			: "a signature or key does not fit, or this host lacks a method that it needs", code);
	return tlsFailed;
}

static int isPause(int error)
{
	return error == MBEDTLS_ERR_SSL_WANT_READ || error == MBEDTLS_ERR_SSL_WANT_WRITE;
}

// Certificates and key of the client. 0, or an error with what it concerns in `why`.
static int setIdentity(TLSCore *core, const TLSSetup *setup, const char **why)
{
	int error;
	*why = "tls/bad-certificate: our certificate cannot be read";
	for (int i = 0; i < setup->certificateCount; i++) {
		const TLSBytes *der = &setup->certificates[i];
		if ((error = mbedtls_x509_crt_parse_der(&core->own, der->bytes, der->count))) return error;
	}
	*why = "tls/bad-key: the private key cannot be read: it is PKCS#8, SEC1 or PKCS#1, without a password";
	if ((error = tlsParseKey(&core->key, setup->key.bytes, setup->key.count))) return error;
	*why = "tls/bad-key: the private key is not the one of our certificate";
	if ((error = tlsCheckPair(&core->own.pk, &core->key))) return error;
	return mbedtls_ssl_conf_own_cert(&core->config, &core->own, &core->key);
}

static int setProtocols(TLSCore *core, const TLSSetup *setup)
{
	size_t at = 0;
	if (setup->protocolCount > maxProtocols) return MBEDTLS_ERR_SSL_BAD_INPUT_DATA;
	for (int i = 0; i < setup->protocolCount; i++) {
		size_t count = strlen(setup->protocols[i]) + 1;
		if (at + count > maxProtocolsLength) return MBEDTLS_ERR_SSL_BAD_INPUT_DATA;
		core->protocolList[i] = memcpy(core->protocols + at, setup->protocols[i], count);
		at += count;
	}
	return setup->protocolCount ? mbedtls_ssl_conf_alpn_protocols(&core->config, core->protocolList) : 0;
}

static int64_t readTime(const uint8_t *bytes)
{
	uint64_t time = 0;
	for (int i = 0; i < 8; i++) time = time << 8 | bytes[i];
	return (int64_t)time;
}

static void writeTime(uint8_t *bytes, int64_t time)
{
	for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)((uint64_t)time >> (8 * (7 - i)));
}

// The last day of a session, s, and when it came, ms since 1970.
static int64_t sessionEnd(const uint8_t *head) { return readTime(head); }
static int64_t sessionBegin(const uint8_t *head) { return readTime(head + 8); }

// Offers an earlier session; one that is too old or cannot be read is no reason to fail.
static int offerSession(TLSCore *core, const TLSBytes *from)
{
	if (from->count <= sessionHeadSize || sessionEnd(from->bytes) < core->verdict.now) return 0;
	mbedtls_ssl_session session;
	mbedtls_ssl_session_init(&session);
	int error = mbedtls_ssl_session_load(&session, from->bytes + sessionHeadSize, from->count - sessionHeadSize);
	if (!error) {
		tlsSetAge(&session, core->verdict.now * 1000 - sessionBegin(from->bytes));
		error = mbedtls_ssl_set_session(&core->ssl, &session);
	}
	mbedtls_ssl_session_free(&session);
	core->isResuming = !error;
	core->verdict.validUntil = error ? INT64_MAX : sessionEnd(from->bytes);
	return tlsIsOutOfMemory(error) ? error : 0;
}

static int setUp(TLSCore *core, const TLSSetup *setup, const char **why)
{
	int error;
	uint8_t address[4];
	*why = NULL;
	if (psa_crypto_init() != PSA_SUCCESS) return PSA_ERROR_INSUFFICIENT_MEMORY;
	if ((error = mbedtls_ssl_config_defaults(&core->config, MBEDTLS_SSL_IS_CLIENT,
		MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT))) return error;
	tlsConfigure(&core->config);
	*why = "tls/bad-certificate: an authority that is to be trusted cannot be read";
	for (int i = 0; i < setup->authorityCount; i++) {
		const TLSBytes *der = &setup->authorities[i];
		if ((error = mbedtls_x509_crt_parse_der(&core->authorities, der->bytes, der->count))) return error;
	}
	*why = "tls/unknown-authority: no authority is trusted: this host has no public roots";
	if (setup->authorityCount == 0
		&& (error = tlsAddPublicRoots(&core->config, &core->authorities, &core->verdict.roots))) return error;
	if (!core->verdict.roots) mbedtls_ssl_conf_ca_chain(&core->config, &core->authorities, NULL);
	mbedtls_ssl_conf_verify(&core->config, tlsVerify, &core->verdict);
	if (setup->certificateCount && (error = setIdentity(core, setup, why))) return error;
	*why = "tls/failed: the protocols for ALPN are too many or too long";
	if ((error = setProtocols(core, setup))) return error;
	*why = NULL;
	if ((error = mbedtls_ssl_setup(&core->ssl, &core->config))) return error;
	// An address is no server name (RFC 6066, 3); tlsVerify looks for it in the certificate.
	int isAddress = tlsParseIPv4(core->host, address);
	if ((error = mbedtls_ssl_set_hostname(&core->ssl, isAddress ? NULL : core->host))) return error;
	mbedtls_ssl_set_bio(&core->ssl, core, onSend, onReceive, NULL);
	return offerSession(core, &setup->session);
}

TLSCore *tlsCreate(const TLSSetup *setup, char *reason)
{
	const char *why = NULL;
	TLSCore *core = calloc(1, sizeof(*core));
	if (!core) {
		snprintf(reason, tlsReasonSize, "tls/no-memory: the memory is too short for a secure connection");
		return NULL;
	}
	mbedtls_ssl_init(&core->ssl);
	mbedtls_ssl_config_init(&core->config);
	mbedtls_x509_crt_init(&core->authorities);
	mbedtls_x509_crt_init(&core->own);
	mbedtls_pk_init(&core->key);
	snprintf(core->host, sizeof(core->host), "%s", setup->host);
	core->verdict.host = core->host;
	core->verdict.authorities = &core->authorities;
	core->verdict.now = setup->now;
	core->verdict.validUntil = INT64_MAX;
	core->started = tlsTicks();
	int error = strlen(setup->host) < sizeof(core->host) ? setUp(core, setup, &why) : MBEDTLS_ERR_SSL_BAD_INPUT_DATA;
	if (!error) return core;
	int isMemory = tlsIsOutOfMemory(error) || tlsMayMeanNoMemory(error, MBEDTLS_VERSION_MAJOR);
	if (why && !isMemory) snprintf(reason, tlsReasonSize, "%s", why);
	else {
		failed(core, error);
		snprintf(reason, tlsReasonSize, "%s", core->reason);
	}
	tlsDelete(core);
	return NULL;
}

// Keeps what a later connection can be resumed with. None is better than an error.
static void keepSession(TLSCore *core)
{
	mbedtls_ssl_session session;
	size_t size = 0;
	mbedtls_ssl_session_init(&session);
	if (mbedtls_ssl_get_session(&core->ssl, &session) == 0) {
		tlsDropPeer(&session);
		mbedtls_ssl_session_save(&session, NULL, 0, &size);
		uint8_t *bytes = size ? malloc(sessionHeadSize + size) : NULL;
		if (bytes && mbedtls_ssl_session_save(&session, bytes + sessionHeadSize, size, &size) == 0) {
			writeTime(bytes, core->verdict.validUntil);
			writeTime(bytes + 8, core->verdict.now * 1000 + tlsTicks() - core->started);
			free(core->session);
			core->session = bytes;
			core->sessionSize = sessionHeadSize + size;
		}
		else free(bytes);
	}
	mbedtls_ssl_session_free(&session);
}

// The end of the handshake, if it may be one.
static TLSState open(TLSCore *core)
{
	if (mbedtls_ssl_get_verify_result(&core->ssl) != 0) return failed(core, MBEDTLS_ERR_X509_CERT_VERIFY_FAILED);
	// Without a certificate that was looked at, only a session that began with one may go on.
	if (!core->verdict.isSeen && !core->isResuming) return failed(core, MBEDTLS_ERR_X509_CERT_VERIFY_FAILED);
	core->state = tlsOpen;
	if (tlsIsVersion12(&core->ssl)) keepSession(core);
	return tlsOpen;
}

TLSState tlsStep(TLSCore *core, TLSWire *wire)
{
	core->wire = wire;
	if (core->state >= tlsOpen) return core->state;
	int error = mbedtls_ssl_handshake_step(&core->ssl);
	if (core->watch.isWeak && core->state != tlsFailed) {
		core->state = tlsFailed;
		snprintf(core->reason, tlsReasonSize, "tls/unsupported: the server signs its key with SHA-1 or older");
		return tlsFailed;
	}
	if (error == 0) return tlsIsHandshakeOver(&core->ssl) ? open(core) : tlsMore;
	if (tlsIsNewTicket(error)) return tlsMore;
	if (!isPause(error)) return failed(core, error);
	// A record that was passed over is no reason to wait.
	int isProgress = error == MBEDTLS_ERR_SSL_WANT_READ && wire->inUsed > 0 && wire->inUsed < wire->inCount;
	return isProgress ? tlsMore : tlsWaits;
}

TLSState tlsRead(TLSCore *core, TLSWire *wire, size_t *available)
{
	core->wire = wire;
	*available = 0;
	if (core->state != tlsOpen) return core->state;
	for (int i = 0; i < maxRecords; i++) {
		size_t used = wire->inUsed;
		// With no room to copy to, mbedTLS reads a record and keeps it.
		int error = mbedtls_ssl_read(&core->ssl, NULL, 0);
		if (tlsIsNewTicket(error)) keepSession(core);
		else if (error == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) return core->state = tlsEnded;
		else if (error < 0 && !isPause(error)) return failed(core, error);
		else if (error == 0) {
			*available = mbedtls_ssl_get_bytes_avail(&core->ssl);
			if (*available > 0) return tlsOpen;
		}
		if (wire->inUsed == wire->inCount || wire->inUsed == used) return tlsOpen;
	}
	return tlsMore;
}

size_t tlsTake(TLSCore *core, uint8_t *to, size_t max)
{
	static TLSWire nothing;
	core->wire = &nothing;
	if (max == 0 || mbedtls_ssl_get_bytes_avail(&core->ssl) == 0) return 0;
	int count = mbedtls_ssl_read(&core->ssl, to, max);
	return count > 0 ? (size_t)count : 0;
}

TLSState tlsWrite(TLSCore *core, TLSWire *wire, const uint8_t *from, size_t count, size_t *accepted)
{
	core->wire = wire;
	*accepted = 0;
	if (core->state != tlsOpen) return core->state;
	size_t room = wire->outMax - wire->outCount;
	if (room <= tlsRecordOverhead || count == 0) return tlsOpen;
	if (count > room - tlsRecordOverhead) count = room - tlsRecordOverhead;
	// What is still to go out would be taken for this write: it is sent first, and this one comes again.
	if (core->ssl.out_left) return failed(core, MBEDTLS_ERR_SSL_INTERNAL_ERROR);
	int written = mbedtls_ssl_write(&core->ssl, from, count);
	if (written < 0) return failed(core, written);
	*accepted = (size_t)written;
	return tlsOpen;
}

void tlsClose(TLSCore *core, TLSWire *wire)
{
	core->wire = wire;
	if (core->state == tlsOpen || core->state == tlsEnded) mbedtls_ssl_close_notify(&core->ssl);
	core->state = tlsEnded;
}

size_t tlsSessionSize(TLSCore *core)
{
	return core->session ? core->sessionSize : 0;
}

static void forgetSession(TLSCore *core)
{
	if (!core->session) return;
	volatile uint8_t *secret = core->session;
	for (size_t i = 0; i < core->sessionSize; i++) secret[i] = 0;
	free(core->session);
	core->session = NULL;
}

void tlsSession(TLSCore *core, uint8_t *to)
{
	if (!core->session) return;
	memcpy(to, core->session, core->sessionSize);
	forgetSession(core);
}

const char *tlsReason(const TLSCore *core)
{
	return core->reason;
}

void tlsDelete(TLSCore *core)
{
	forgetSession(core);
	mbedtls_ssl_free(&core->ssl);
	mbedtls_ssl_config_free(&core->config);
	mbedtls_x509_crt_free(&core->authorities);
	mbedtls_x509_crt_free(&core->own);
	mbedtls_pk_free(&core->key);
	free(core);
}
