// SPDX-License-Identifier: MIT

// The public roots of a host, for brokers whose authority is not given.

#pragma once
#include "tls-verify.h"

// Adds them to `authorities`, or sets `verifier` to what knows them. Returns 0, or an error of mbedTLS.
int tlsAddPublicRoots(mbedtls_ssl_config *config, mbedtls_x509_crt *authorities, TLSVerifier *verifier);
