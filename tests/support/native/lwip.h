// SPDX-License-Identifier: MIT

// As much of lwIP as our TCP uses, in the hands of a test: its pcbs and buffers are blocks of memory by themselves, so
// that the address sanitizer sees who looks at one that lwIP has freed, and all of it is used in lwIP's task only.

#pragma once
#include "engine.h"

typedef int8_t err_t;
typedef uint8_t u8_t;
typedef uint16_t u16_t;
enum { ERR_OK = 0, ERR_MEM = -1, ERR_RTE = -4, ERR_VAL = -6, ERR_WOULDBLOCK = -7, ERR_USE = -8, ERR_ABRT = -13, ERR_RST = -14, ERR_CLSD = -15 };

typedef struct { uint32_t addr; } ip_addr_t;
extern const ip_addr_t gAnyAddress;
#define IP_ADDR_ANY (&gAnyAddress)
int ipaddr_aton(const char *text, ip_addr_t *address);
char *ipaddr_ntoa_r(const ip_addr_t *address, char *text, int size);

struct pbuf {
	struct pbuf *next;
	uint8_t *payload;
	u16_t tot_len, len;
};
void pbuf_cat(struct pbuf *head, struct pbuf *tail);
u8_t pbuf_free(struct pbuf *it);
struct pbuf *pbuf_free_header(struct pbuf *it, u16_t count);
u16_t pbuf_copy_partial(const struct pbuf *it, void *into, u16_t count, u16_t offset);

struct tcp_pcb;
typedef err_t (*tcp_recv_fn)(void *arg, struct tcp_pcb *pcb, struct pbuf *bytes, err_t error);
typedef err_t (*tcp_sent_fn)(void *arg, struct tcp_pcb *pcb, u16_t count);
typedef void (*tcp_err_fn)(void *arg, err_t error);
typedef err_t (*tcp_connected_fn)(void *arg, struct tcp_pcb *pcb, err_t error);
typedef err_t (*tcp_accept_fn)(void *arg, struct tcp_pcb *pcb, err_t error);
struct tcp_pcb {
	void *arg;
	tcp_recv_fn onReceive;
	tcp_sent_fn onSent;
	tcp_err_fn onError;
	tcp_connected_fn onConnected;
	tcp_accept_fn onAccept;
	ip_addr_t remote_ip;
	u16_t local_port, remote_port;
	uint32_t room, unread;
	int number;
};
#define SOF_REUSEADDR 4
#define TCP_WRITE_FLAG_COPY 1
#define ip_set_option(pcb, option) ((void)(pcb))
#define tcp_nagle_disable(pcb) note("nodelay %d", (pcb)->number)
struct tcp_pcb *tcp_new(void);
void tcp_arg(struct tcp_pcb *it, void *arg);
void tcp_recv(struct tcp_pcb *it, tcp_recv_fn on);
void tcp_sent(struct tcp_pcb *it, tcp_sent_fn on);
void tcp_err(struct tcp_pcb *it, tcp_err_fn on);
void tcp_accept(struct tcp_pcb *it, tcp_accept_fn on);
err_t tcp_bind(struct tcp_pcb *it, const ip_addr_t *address, u16_t port);
err_t tcp_connect(struct tcp_pcb *it, const ip_addr_t *address, u16_t port, tcp_connected_fn on);
struct tcp_pcb *tcp_listen(struct tcp_pcb *it);
uint32_t tcp_sndbuf(struct tcp_pcb *it);
err_t tcp_write(struct tcp_pcb *it, const void *bytes, u16_t count, u8_t flags);
err_t tcp_output(struct tcp_pcb *it);
void tcp_recved(struct tcp_pcb *it, u16_t count);
err_t tcp_close(struct tcp_pcb *it);
void tcp_abort(struct tcp_pcb *it);

struct tcpip_api_call_data { err_t err; };
err_t tcpip_api_call(err_t (*action)(struct tcpip_api_call_data *), struct tcpip_api_call_data *call);
