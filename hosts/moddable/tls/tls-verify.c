// SPDX-License-Identifier: MIT

#include "tls-verify.h"
#include <stdio.h>
#include <string.h>

// A place in DER (X.690): what is left to read.
typedef struct {
	const uint8_t *at, *end;
} Span;

// Takes one element; its contents are in `contents`. Returns its tag, or -1 when it is none.
static int next(Span *span, Span *contents)
{
	if (span->end - span->at < 2) return -1;
	int tag = *span->at++;
	size_t count = *span->at++;
	if (count & 0x80) {
		int bytes = count & 0x7f;
		if (bytes == 0 || bytes > 4 || span->end - span->at < bytes) return -1;
		for (count = 0; bytes > 0; bytes--) count = count << 8 | *span->at++;
	}
	if (count > (size_t)(span->end - span->at)) return -1;
	contents->at = span->at;
	contents->end = span->at += count;
	return tag;
}

enum { tagOctets = 0x04, tagObject = 0x06, tagSequence = 0x30, tagDNSName = 0x82, tagAddress = 0x87 };

// The value of the extension 2.5.29.`id` (RFC 5280, 4.2.1). Returns whether it is there.
static int findExtension(const mbedtls_x509_crt *certificate, uint8_t id, Span *value)
{
	const uint8_t object[] = { 0x55, 0x1d, id };
	Span all = { certificate->v3_ext.p, certificate->v3_ext.p + certificate->v3_ext.len }, list;
	if (!all.at || next(&all, &list) != tagSequence) return 0;
	Span extension, name, part;
	while (next(&list, &extension) == tagSequence) {
		if (next(&extension, &name) != tagObject) return 0;
		if (name.end - name.at != sizeof(object) || memcmp(name.at, object, sizeof(object))) continue;
		int tag = next(&extension, &part);
		if (tag == 0x01) tag = next(&extension, &part);	// critical
		*value = part;
		return tag == tagOctets;
	}
	return 0;
}

static int lower(int letter)
{
	return letter >= 'A' && letter <= 'Z' ? letter + 'a' - 'A' : letter;
}

static int isEqual(const uint8_t *a, const char *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (lower(a[i]) != lower(b[i])) return 0;
	return 1;
}

// A name of a certificate (RFC 6125, 6.4): `*` may stand for the whole first label, two follow.
static int matches(const char *host, Span pattern)
{
	size_t count = pattern.end - pattern.at, length = strlen(host);
	if (count > 2 && pattern.at[0] == '*' && pattern.at[1] == '.') {
		const char *rest = strchr(host, '.');
		if (!rest || rest == host || !memchr(pattern.at + 2, '.', count - 2)) return 0;
		return strlen(rest) == count - 1 && isEqual(pattern.at + 1, rest, count - 1);
	}
	return count > 0 && count == length && isEqual(pattern.at, host, count);
}

int tlsParseIPv4(const char *host, uint8_t address[4])
{
	for (int i = 0; i < 4; i++) {
		int digits = 0, value = 0;
		for (; *host >= '0' && *host <= '9' && digits < 3; digits++) value = value * 10 + *host++ - '0';
		if (digits == 0 || value > 255 || *host++ != (i < 3 ? '.' : 0)) return 0;
		address[i] = (uint8_t)value;
	}
	return 1;
}

// Whether the certificate is for the host: by subjectAltName, and by the common name only where there
// is no subjectAltName (RFC 6125, 6.4.4), as certificates made by hand have it.
static int isForHost(const mbedtls_x509_crt *certificate, const char *host)
{
	uint8_t address[4];
	int isAddress = tlsParseIPv4(host, address);
	Span value, list, name;
	if (findExtension(certificate, 17, &value)) {
		if (next(&value, &list) != tagSequence) return 0;
		for (int tag; (tag = next(&list, &name)) >= 0;) {
			if (tag == tagDNSName && !isAddress && matches(host, name)) return 1;
			if (tag == tagAddress && isAddress && name.end - name.at == 4 && !memcmp(name.at, address, 4)) return 1;
		}
		return 0;
	}
	for (const mbedtls_x509_name *part = &certificate->subject; part; part = part->next) {
		if (part->oid.len != 3 || !part->oid.p || memcmp(part->oid.p, "\x55\x04\x03", 3)) continue;
		Span text = { part->val.p, part->val.p + part->val.len };
		// An address has no label that `*` could stand for.
		if (isAddress ? part->val.len == strlen(host) && !memcmp(part->val.p, host, part->val.len) : matches(host, text)) return 1;
	}
	return 0;
}

// Seconds since 1970 of a date of the Gregorian calendar.
static int64_t secondsOf(const mbedtls_x509_time *time)
{
	int64_t year = time->year - (time->mon <= 2);
	int64_t era = year / 400, ofEra = year - era * 400;
	int64_t ofYear = (153 * (time->mon + (time->mon > 2 ? -3 : 9)) + 2) / 5 + time->day - 1;
	int64_t days = era * 146097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719468;
	return ((days * 24 + time->hour) * 60 + time->min) * 60 + time->sec;
}

static int isListed(const mbedtls_x509_crt *list, const mbedtls_x509_crt *certificate)
{
	for (; list; list = list->next)
		if (list->raw.len == certificate->raw.len && !memcmp(list->raw.p, certificate->raw.p, list->raw.len)) return 1;
	return 0;
}

// mbedTLS would take these from a clock and a table of names of its own.
#define ours (uint32_t)(MBEDTLS_X509_BADCERT_CN_MISMATCH | MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE)

int tlsVerify(void *it, mbedtls_x509_crt *certificate, int depth, uint32_t *flags)
{
	TLSVerdict *verdict = it;
	*flags &= ~ours;
	if (verdict->roots) {
		// A root that the server sends along may be signed with anything; what it signed may not.
		uint32_t weak = *flags & MBEDTLS_X509_BADCERT_BAD_MD;
		int isRoot = certificate->issuer_raw.len == certificate->subject_raw.len
			&& !memcmp(certificate->issuer_raw.p, certificate->subject_raw.p, certificate->subject_raw.len);
		int error = verdict->roots(NULL, certificate, depth, flags);
		// None of its roots is a verdict; as an error it would hide why the server is refused.
		if (error == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED) *flags |= MBEDTLS_X509_BADCERT_NOT_TRUSTED;
		else if (error) return error;
		if (!isRoot || depth == 0) *flags |= weak;
	}
	int64_t until = secondsOf(&certificate->valid_to);
	if (verdict->now > until) *flags |= MBEDTLS_X509_BADCERT_EXPIRED;
	if (verdict->now < secondsOf(&certificate->valid_from)) *flags |= MBEDTLS_X509_BADCERT_FUTURE;
	if (until < verdict->validUntil) verdict->validUntil = until;
	Span value;
	if (findExtension(certificate, 30, &value)) {
		verdict->hasNameConstraints = 1;
		*flags |= MBEDTLS_X509_BADCERT_OTHER;
	}
	if (*flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) verdict->isUntrusted = 1;
	*flags &= ~(uint32_t)MBEDTLS_X509_BADCERT_NOT_TRUSTED;
	if (depth == 0) {
		verdict->isSeen = 1;
		if (verdict->isUntrusted && !isListed(verdict->authorities, certificate)) *flags |= MBEDTLS_X509_BADCERT_NOT_TRUSTED;
		if (!isForHost(certificate, verdict->host)) *flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
	}
	return 0;
}

static const char *textOf(const TLSVerdict *verdict, uint32_t flags)
{
	if (flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED)
		return "tls/unknown-authority: the certificate does not come from an authority that is trusted";
	if (verdict->hasNameConstraints)
		return "tls/unsupported: an authority is limited to some names (nameConstraints)";
	if (flags & (MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY))
		return "tls/unsupported: a certificate is signed with SHA-1 or older, or its key is too short";
	if (flags & MBEDTLS_X509_BADCERT_EXPIRED) return "tls/expired: a certificate is past its last day";
	if (flags & MBEDTLS_X509_BADCERT_FUTURE) return "tls/not-yet-valid: a certificate is not valid yet; is the clock right?";
	if (flags & (MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE | MBEDTLS_X509_BADCERT_NS_CERT_TYPE))
		return "tls/bad-certificate: a certificate is for another use";
	return "tls/bad-certificate: the certificate was refused";
}

void tlsExplain(const TLSVerdict *verdict, uint32_t flags, char *text, size_t size)
{
	// What is wrong with the certificate itself weighs more than whom it is for.
	if (flags == MBEDTLS_X509_BADCERT_CN_MISMATCH)
		snprintf(text, size, "tls/wrong-name: the certificate is not for %s", verdict->host);
	else snprintf(text, size, "%s", textOf(verdict, flags));
}
