// SPDX-License-Identifier: MIT

// What tls-native.c does; the types are in tls-native.d.ts.

export class TLSNative @ "xs_tls_destructor" {
  constructor(host, now, authorities, certificates, key, protocols, session) @ "xs_tls_constructor";
  step(input, start, end, output, outputStart, result) @ "xs_tls_step";
  read(input, start, end, output, outputStart, result) @ "xs_tls_read";
  take(into) @ "xs_tls_take";
  write(data, output, outputStart, result) @ "xs_tls_write";
  end(output, outputStart) @ "xs_tls_end";
  session() @ "xs_tls_session";
  reason() @ "xs_tls_reason";
  close() @ "xs_tls_close";
}
