// SPDX-License-Identifier: MIT

// lwIP as lwip.h has it. Steps of a test: "connected N", "receive N BYTES...", a buffer for each, "end N", "reset N",
// "sent N COUNT", "accept N", "count"; pcbs have numbers in the order in which they come.

#include "lwip.h"
#include "esp-idf.h"

#define kRoom 5760
#define kMost 512

const ip_addr_t gAnyAddress;
static struct tcp_pcb *gPcbs[kMost];
static int gCountOfPcbs, gBuffers;

static void inLwip(const char *what)
{
	inTaskOf(kOtherTask, what);
}

err_t tcpip_api_call(err_t (*action)(struct tcpip_api_call_data *), struct tcpip_api_call_data *call)
{
	inTaskOf(kEngineTask, "tcpip_api_call");
	if (gIsLocked) abort();
	gTask = kOtherTask;
	err_t error = action(call);
	gTask = kEngineTask;
	return error;
}

// --- addresses and buffers

int ipaddr_aton(const char *text, ip_addr_t *address)
{
	unsigned a, b, c, d;
	char more;
	if ((4 != sscanf(text, "%3u.%3u.%3u.%3u%c", &a, &b, &c, &d, &more)) || (a > 255) || (b > 255) || (c > 255) || (d > 255)) return 0;
	address->addr = (a << 24) | (b << 16) | (c << 8) | d;
	return 1;
}

char *ipaddr_ntoa_r(const ip_addr_t *address, char *text, int size)
{
	uint32_t it = address->addr;
	snprintf(text, (size_t)size, "%u.%u.%u.%u", it >> 24, (it >> 16) & 255, (it >> 8) & 255, it & 255);
	return text;
}

static struct pbuf *makeBuffer(const char *hex)
{
	struct pbuf *it = calloc(1, sizeof(*it));
	it->len = it->tot_len = (u16_t)(strlen(hex) / 2);
	it->payload = malloc(it->len);
	for (u16_t i = 0; i < it->len; i++) {
		char digits[3] = {hex[2 * i], hex[2 * i + 1], 0};
		it->payload[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	gBuffers++;
	return it;
}

static void freeOne(struct pbuf *it)
{
	inLwip("pbuf_free");
	gBuffers--;
	free(it->payload);
	free(it);
}

void pbuf_cat(struct pbuf *head, struct pbuf *tail)
{
	for (; head->next; head = head->next) head->tot_len += tail->tot_len;
	head->tot_len += tail->tot_len;
	head->next = tail;
}

u8_t pbuf_free(struct pbuf *it)
{
	while (it) {
		struct pbuf *next = it->next;
		freeOne(it);
		it = next;
	}
	return 0;
}

struct pbuf *pbuf_free_header(struct pbuf *it, u16_t count)
{
	while (it && count) {
		if (count < it->len) {
			u16_t rest = it->len - count;
			uint8_t *payload = malloc(rest);
			memcpy(payload, it->payload + count, rest);
			free(it->payload);
			it->payload = payload;
			it->len = rest;
			it->tot_len -= count;
			return it;
		}
		struct pbuf *next = it->next;
		count -= it->len;
		freeOne(it);
		it = next;
	}
	return it;
}

u16_t pbuf_copy_partial(const struct pbuf *it, void *into, u16_t count, u16_t offset)
{
	u16_t done = 0;
	if (offset) abort();
	for (; it && (done < count); it = it->next) {
		u16_t part = (count - done < it->len) ? count - done : it->len;
		memcpy((uint8_t *)into + done, it->payload, part);
		done += part;
	}
	return done;
}

// --- connections

struct tcp_pcb *tcp_new(void)
{
	inLwip("tcp_new");
	if (resultOf("tcp_new")) return NULL;
	struct tcp_pcb *it = calloc(1, sizeof(*it));
	it->room = kRoom;
	it->number = gCountOfPcbs;
	if (gCountOfPcbs >= kMost) abort();
	gPcbs[gCountOfPcbs++] = it;
	return it;
}

static void freePcb(struct tcp_pcb *it)
{
	gPcbs[it->number] = NULL;
	free(it);
}

#define setter(name, type, field) void name(struct tcp_pcb *it, type value) { inLwip(#name); it->field = value; }
setter(tcp_arg, void *, arg)
setter(tcp_recv, tcp_recv_fn, onReceive)
setter(tcp_sent, tcp_sent_fn, onSent)
setter(tcp_err, tcp_err_fn, onError)
setter(tcp_accept, tcp_accept_fn, onAccept)

err_t tcp_bind(struct tcp_pcb *it, const ip_addr_t *address, u16_t port)
{
	inLwip("tcp_bind");
	(void)address;
	it->local_port = port ? port : 49152;
	return (err_t)resultOf("tcp_bind");
}

err_t tcp_connect(struct tcp_pcb *it, const ip_addr_t *address, u16_t port, tcp_connected_fn on)
{
	char text[20];
	inLwip("tcp_connect");
	note("connect %d %s:%u", it->number, ipaddr_ntoa_r(address, text, sizeof(text)), port);
	it->onConnected = on;
	return (err_t)resultOf("tcp_connect");
}

struct tcp_pcb *tcp_listen(struct tcp_pcb *it)
{
	inLwip("tcp_listen");
	if (resultOf("tcp_listen")) return NULL;
	// lwIP has a smaller pcb for a listener.
	struct tcp_pcb *listening = malloc(sizeof(*it));
	*listening = *it;
	gPcbs[it->number] = listening;
	free(it);
	note("listen %d at %u", listening->number, listening->local_port);
	return listening;
}

uint32_t tcp_sndbuf(struct tcp_pcb *it)
{
	inLwip("tcp_sndbuf");
	return it->room;
}

err_t tcp_write(struct tcp_pcb *it, const void *bytes, u16_t count, u8_t flags)
{
	uint32_t sum = 0;
	inLwip("tcp_write");
	if ((TCP_WRITE_FLAG_COPY != flags) || (count > it->room)) abort();
	for (u16_t i = 0; i < count; i++) sum += ((const uint8_t *)bytes)[i];
	if (resultOf("tcp_write")) return (err_t)resultOf("tcp_write");
	note("write %d: %u bytes, sum %u", it->number, count, sum);
	it->room -= count;
	return ERR_OK;
}

err_t tcp_output(struct tcp_pcb *it)
{
	inLwip("tcp_output");
	note("output %d", it->number);
	return ERR_OK;
}

void tcp_recved(struct tcp_pcb *it, u16_t count)
{
	inLwip("tcp_recved");
	if (count > it->unread) abort();
	it->unread -= count;
}

err_t tcp_close(struct tcp_pcb *it)
{
	inLwip("tcp_close");
	if (resultOf("tcp_close")) return (err_t)resultOf("tcp_close");
	note("close %d", it->number);
	freePcb(it);
	return ERR_OK;
}

void tcp_abort(struct tcp_pcb *it)
{
	tcp_err_fn on = it->onError;
	void *arg = it->arg;
	inLwip("tcp_abort");
	note("abort %d", it->number);
	freePcb(it);
	if (on) on(arg, ERR_ABRT);
}

// --- steps

static void receive(struct tcp_pcb *it, char *rest)
{
	struct pbuf *all = NULL;
	for (const char *hex; (hex = strtok_r(NULL, " ", &rest));) {
		struct pbuf *one = makeBuffer(hex);
		if (all) pbuf_cat(all, one);
		else all = one;
	}
	// Nobody listens: lwIP drops it.
	if (!it->onReceive) {
		pbuf_free(all);
		return;
	}
	it->unread += all->tot_len;
	if (it->onReceive(it->arg, it, all, ERR_OK)) abort();
}

static void accept(struct tcp_pcb *listening)
{
	struct tcp_pcb *it = tcp_new();
	it->remote_ip.addr = 0xc0a80402;
	it->remote_port = 50000;
	err_t error = listening->onAccept ? listening->onAccept(listening->arg, it, ERR_OK) : ERR_VAL;
	if ((ERR_OK != error) && (ERR_ABRT != error)) tcp_abort(it);
}

void lwipStep(char *rest)
{
	const char *step = strtok_r(NULL, " ", &rest);
	if (0 == strcmp(step, "count")) {
		int pcbs = 0;
		for (int i = 0; i < gCountOfPcbs; i++) pcbs += NULL != gPcbs[i];
		note("%d pcbs, %d buffers", pcbs, gBuffers);
		return;
	}
	int number = atoi(strtok_r(NULL, " ", &rest));
	struct tcp_pcb *it = (number < gCountOfPcbs) ? gPcbs[number] : NULL;
	if (!it) {
		note("no pcb");
		return;
	}
	if (0 == strcmp(step, "connected")) {
		if (it->onConnected) it->onConnected(it->arg, it, ERR_OK);
	}
	else if (0 == strcmp(step, "receive")) receive(it, rest);
	else if (0 == strcmp(step, "end")) {
		if (it->onReceive) it->onReceive(it->arg, it, NULL, ERR_OK);
	}
	else if (0 == strcmp(step, "sent")) {
		u16_t count = (u16_t)atoi(strtok_r(NULL, " ", &rest));
		it->room = (it->room + count > kRoom) ? kRoom : it->room + count;
		if (it->onSent) it->onSent(it->arg, it, count);
	}
	else if (0 == strcmp(step, "reset")) {
		tcp_err_fn on = it->onError;
		void *arg = it->arg;
		freePcb(it);
		if (on) on(arg, ERR_RST);
	}
	else if (0 == strcmp(step, "accept")) accept(it);
	else abort();
}
