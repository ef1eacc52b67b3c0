// SPDX-License-Identifier: MIT

// What tcp.c does, with the SDK's options.

export default class TCP @ "xs_tcp_destructor" {
  constructor(options) @ "xs_tcp_constructor";
  read(into) @ "xs_tcp_read";
  write(bytes) @ "xs_tcp_write";
  close() @ "xs_tcp_close";
  get remoteAddress() @ "xs_tcp_remote_address";
  get remotePort() @ "xs_tcp_remote_port";
}
