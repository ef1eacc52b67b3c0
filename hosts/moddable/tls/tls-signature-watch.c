// SPDX-License-Identifier: MIT

#include "tls-signature-watch.h"

enum { recordHead = 5, messageHead = 4, changeCipherSpec = 20, handshake = 22, serverKeyExchange = 12, sha1 = 2 };

// A byte of a handshake message; messages may be spread over records.
static void takeMessageByte(TLSSignatureWatch *watch, uint8_t byte)
{
	uint32_t at = watch->at++;
	if (at == 0) watch->message = byte;
	else if (at < messageHead) watch->messageLeft = watch->messageLeft << 8 | byte;
	else {
		watch->messageLeft--;
		if (watch->message == serverKeyExchange) {
			// Kind of curve, curve, length of the point, the point, hash, signature.
			uint32_t body = at - messageHead;
			if (body == 3) watch->point = byte;
			else if (body == 4u + watch->point && byte <= sha1) watch->isWeak = 1;
		}
	}
	if (watch->at >= messageHead && watch->messageLeft == 0) watch->at = 0;
}

void tlsWatchSignature(TLSSignatureWatch *watch, const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count && !watch->isOver; i++) {
		uint8_t byte = bytes[i];
		if (watch->headCount < recordHead) {
			if (watch->headCount == 0) watch->type = byte;
			else if (watch->headCount >= 3) watch->left = watch->left << 8 | byte;
			if (++watch->headCount < recordHead) continue;
			// The first record that is protected follows this one.
			if (watch->type == changeCipherSpec) watch->isOver = 1;
		}
		else {
			watch->left--;
			if (watch->type == handshake) takeMessageByte(watch, byte);
		}
		if (watch->left == 0) watch->headCount = 0;
	}
}
