// SPDX-License-Identifier: MIT

// A TLS client over mbedTLS that never blocks and knows neither XS nor sockets: bytes in, bytes out.
// Nothing in here calls back, so no exception of XS can pass through mbedTLS and no memory of XS
// moves while mbedTLS works with it.

#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct TLSCore TLSCore;

typedef struct {
	const uint8_t *bytes;
	size_t count;
} TLSBytes;

typedef struct {
	// DNS name (sent as SNI) or IPv4 address that the server's certificate must be for.
	const char *host;
	// Seconds since 1970 by the board's clock; the dates of certificates are held against it.
	int64_t now;
	// Authorities that are trusted, DER; none: the public roots of the host.
	const TLSBytes *authorities;
	int authorityCount;
	// The client's certificate and its intermediates, DER, the client's first; none: no certificate.
	const TLSBytes *certificates;
	int certificateCount;
	// Private key of the certificate, DER: PKCS#8, SEC1 or PKCS#1.
	TLSBytes key;
	// ALPN, a name a protocol.
	const char *const *protocols;
	int protocolCount;
	// What tlsSession gave for an earlier connection with the same host and authorities, or nothing.
	TLSBytes session;
} TLSSetup;

// What came from the socket, and room for what goes to it, for the time of one call.
typedef struct {
	const uint8_t *in;
	size_t inCount, inUsed;
	uint8_t *out;
	size_t outMax, outCount;
} TLSWire;

typedef enum {
	// Goes on when bytes come, or when there is room for those that go.
	tlsWaits = 0,
	// Goes on at once: call again, best from another turn of the loop.
	tlsMore = 1,
	tlsOpen = 2,
	// The other end has closed the connection in order.
	tlsEnded = 3,
	// tlsReason says why. Only tlsDelete is left.
	tlsFailed = 4
} TLSState;

// Room that tlsRead and tlsWrite must have in `out`: for an alert, or for what a record adds.
#define tlsRecordOverhead 96

// The longest reason, with its 0.
#define tlsReasonSize 200

// NULL, and "tls/...: text" in `reason` (tlsReasonSize), when certificates or key cannot be used or
// memory is short.
TLSCore *tlsCreate(const TLSSetup *setup, char *reason);

// One step of the handshake, so that a signature has a turn of the loop to itself; afterwards it
// sends what could not go out.
TLSState tlsStep(TLSCore *core, TLSWire *wire);

// Takes the next record; `available` bytes of application data can then be had from tlsTake.
TLSState tlsRead(TLSCore *core, TLSWire *wire, size_t *available);

// Copies received application data. Returns how much.
size_t tlsTake(TLSCore *core, uint8_t *to, size_t max);

// Makes a record of as many bytes as fit; `accepted` says how many.
TLSState tlsWrite(TLSCore *core, TLSWire *wire, const uint8_t *from, size_t count, size_t *accepted);

// Puts close_notify into `out` when the connection is open.
void tlsClose(TLSCore *core, TLSWire *wire);

// Length of what tlsSession would give; 0 when there is nothing new to resume.
size_t tlsSessionSize(TLSCore *core);

// Copies what a later connection can be resumed with, and forgets it. `to` has tlsSessionSize bytes.
// It holds secrets; it is not for storage that others can read.
void tlsSession(TLSCore *core, uint8_t *to);

// "tls/...: text" of a failure.
const char *tlsReason(const TLSCore *core);

void tlsDelete(TLSCore *core);
