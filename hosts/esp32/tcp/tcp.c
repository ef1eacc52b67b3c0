// SPDX-License-Identifier: MIT

// TCP of a board, on lwIP. lwIP frees what it holds of a connection, its pcb, whenever that ends: so a pcb is looked at
// in lwIP's own task only, where it is known whether it is there. The task of XS has things done there, and waits. What
// both tasks look at is behind a lock.

#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"
#include "builtinCommon.h"

#include "lwip/priv/tcpip_priv.h"
#include "lwip/tcp.h"

// Connections that may wait to be read from a listener; those beyond are refused.
#define kMostWaiting (4)

enum {
	kReadable = 1 << 0,
	kWritable = 1 << 1,
	kBroken = 1 << 2,
	kOutput = 1 << 3,
};

// What a connection and a listener have in common; first in each.
typedef struct {
	// Of lwIP's task. NULL: there is none any more.
	struct tcp_pcb *pcb;

	// Behind the lock.
	uint8_t events;
	// Who needs this block: the pcb of a connection, the object or the list of a listener, and the message that is on its way.
	uint8_t uses;
	bool isPosted;

	// Of the task of XS.
	bool isOpen;
	modMessageDeliver deliver;
	xsMachine *the;
	xsSlot object;
	xsSlot *onReadable;
} Endpoint;

typedef struct Connection Connection;
struct Connection {
	Endpoint end;

	// Behind the lock: what has arrived since the last read, and all that can be read.
	struct pbuf *arrived;
	uint32_t available;
	// Bytes that can be written.
	uint32_t room;
	bool isConnected;
	bool isBroken;

	// Of the task of XS.
	struct pbuf *reading;
	bool isTold;
	xsSlot *onWritable;
	xsSlot *onError;

	ip_addr_t remoteAddress;
	uint16_t remotePort;
	// Behind this one in the list of a listener.
	Connection *next;
};

typedef struct {
	Endpoint end;

	// Behind the lock.
	Connection *first;
	uint8_t waiting;

	uint16_t port;
} Listener;

// What is done in lwIP's task, with a connection or a listener.
typedef struct {
	struct tcpip_api_call_data call;
	void *it;
	const void *bytes;
	uint32_t count;
	bool isWithoutDelay;
} Request;

typedef err_t (*Action)(struct tcpip_api_call_data *call);

#define enter() builtinCriticalSectionBegin()
#define leave() builtinCriticalSectionEnd()

// --- either task

static void deliver(void *the, void *refcon, uint8_t *message, uint16_t size);
static void deliverListener(void *the, void *refcon, uint8_t *message, uint16_t size);

static void *createEndpoint(size_t size, modMessageDeliver deliver)
{
	Endpoint *it = c_calloc(1, size);

	if (it) {
		it->uses = 1;
		it->deliver = deliver;
	}
	return it;
}

static void hold(Endpoint *it)
{
	enter();
	it->uses++;
	leave();
}

static void release(Endpoint *it)
{
	enter();
	bool isLast = 0 == --it->uses;
	leave();
	if (isLast)
		c_free(it);
}

// Whoever calls has a use of its own. A connection that waits in a list has nobody to tell.
static void tell(Endpoint *it, uint8_t events)
{
	enter();
	it->events |= events;
	bool isNew = it->the && !it->isPosted;
	if (isNew) {
		it->isPosted = true;
		it->uses++;
	}
	leave();
	if (!isNew || (0 == modMessagePostToMachine(it->the, NULL, 0, it->deliver, it)))
		return;
	// The next event tries again.
	enter();
	it->isPosted = false;
	it->uses--;
	leave();
}

static void breakOff(Connection *it)
{
	enter();
	it->isBroken = true;
	leave();
	tell(&it->end, kBroken);
}

// --- lwIP's task: callbacks

static err_t onReceive(void *arg, struct tcp_pcb *pcb, struct pbuf *bytes, err_t error)
{
	Connection *it = arg;

	(void)pcb;
	(void)error;
	// The other side has ended. The pcb stays until it is closed, or lwIP says that it is gone.
	if (!bytes) {
		breakOff(it);
		return ERR_OK;
	}
	enter();
	it->available += bytes->tot_len;
	if (it->arrived)
		pbuf_cat(it->arrived, bytes);
	else
		it->arrived = bytes;
	leave();
	tell(&it->end, kReadable);
	return ERR_OK;
}

static void noteRoom(Connection *it)
{
	uint32_t room = tcp_sndbuf(it->end.pcb);

	enter();
	it->room = room;
	leave();
}

static err_t onSent(void *arg, struct tcp_pcb *pcb, u16_t count)
{
	Connection *it = arg;

	(void)pcb;
	(void)count;
	noteRoom(it);
	tell(&it->end, kWritable);
	return ERR_OK;
}

static err_t onConnected(void *arg, struct tcp_pcb *pcb, err_t error)
{
	Connection *it = arg;

	(void)pcb;
	(void)error;
	noteRoom(it);
	enter();
	it->isConnected = true;
	leave();
	tell(&it->end, kWritable);
	return ERR_OK;
}

// lwIP has freed the pcb.
static void onGone(void *arg, err_t error)
{
	Connection *it = arg;

	(void)error;
	it->end.pcb = NULL;
	breakOff(it);
	release(&it->end);
}

static void attach(Connection *it, struct tcp_pcb *pcb)
{
	it->end.pcb = pcb;
	hold(&it->end);
	tcp_arg(pcb, it);
	tcp_recv(pcb, onReceive);
	tcp_sent(pcb, onSent);
	tcp_err(pcb, onGone);
}

// Whoever calls has a use of its own.
static struct tcp_pcb *detach(Connection *it)
{
	struct tcp_pcb *pcb = it->end.pcb;

	it->end.pcb = NULL;
	tcp_arg(pcb, NULL);
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_err(pcb, NULL);
	release(&it->end);
	return pcb;
}

static err_t onAccept(void *arg, struct tcp_pcb *pcb, err_t error)
{
	Listener *listener = arg;
	Connection *it;

	if (error || !pcb)
		return ERR_VAL;
	it = (listener->waiting < kMostWaiting) ? createEndpoint(sizeof(Connection), deliver) : NULL;
	if (!it) {
		tcp_abort(pcb);
		return ERR_ABRT;
	}
	it->isConnected = true;
	it->remoteAddress = pcb->remote_ip;
	it->remotePort = pcb->remote_port;
	attach(it, pcb);
	noteRoom(it);
	enter();
	Connection **last = &listener->first;
	while (*last)
		last = &(*last)->next;
	*last = it;
	listener->waiting++;
	leave();
	tell(&listener->end, kReadable);
	return ERR_OK;
}

// --- lwIP's task: what XS asks for

static err_t connectInTask(struct tcpip_api_call_data *call)
{
	const Request *request = (const Request *)call;
	Connection *it = request->it;
	struct tcp_pcb *pcb = tcp_new();

	if (!pcb)
		return ERR_MEM;
	if (request->isWithoutDelay)
		tcp_nagle_disable(pcb);
	attach(it, pcb);
	err_t error = tcp_connect(pcb, &it->remoteAddress, it->remotePort, onConnected);
	if (error)
		tcp_abort(detach(it));
	return error;
}

static err_t closeInTask(struct tcpip_api_call_data *call)
{
	Connection *it = ((const Request *)call)->it;

	if (it->end.pcb) {
		struct tcp_pcb *pcb = detach(it);

		if (ERR_OK != tcp_close(pcb))
			tcp_abort(pcb);
	}
	// Nothing arrives any more.
	if (it->arrived)
		pbuf_free(it->arrived);
	if (it->reading)
		pbuf_free(it->reading);
	it->arrived = it->reading = NULL;
	return ERR_OK;
}

static err_t takeInTask(struct tcpip_api_call_data *call)
{
	const Request *request = (const Request *)call;
	Connection *it = request->it;

	it->reading = pbuf_free_header(it->reading, (u16_t)request->count);
	if (it->end.pcb)
		tcp_recved(it->end.pcb, (u16_t)request->count);
	return ERR_OK;
}

static err_t writeInTask(struct tcpip_api_call_data *call)
{
	const Request *request = (const Request *)call;
	Connection *it = request->it;
	err_t error;

	if (!it->end.pcb)
		return ERR_CLSD;
	if (request->count > tcp_sndbuf(it->end.pcb))
		return ERR_WOULDBLOCK;
	error = tcp_write(it->end.pcb, request->bytes, (u16_t)request->count, TCP_WRITE_FLAG_COPY);
	noteRoom(it);
	return error;
}

static err_t outputInTask(struct tcpip_api_call_data *call)
{
	Connection *it = ((const Request *)call)->it;

	return it->end.pcb ? tcp_output(it->end.pcb) : ERR_OK;
}

static err_t listenInTask(struct tcpip_api_call_data *call)
{
	Listener *it = ((const Request *)call)->it;
	struct tcp_pcb *pcb = tcp_new(), *listening;

	if (!pcb)
		return ERR_MEM;
	ip_set_option(pcb, SOF_REUSEADDR);
	err_t error = tcp_bind(pcb, IP_ADDR_ANY, it->port);
	listening = error ? NULL : tcp_listen(pcb);
	if (!listening) {
		tcp_abort(pcb);
		return error ? error : ERR_MEM;
	}
	it->end.pcb = listening;
	it->port = listening->local_port;
	tcp_arg(listening, it);
	tcp_accept(listening, onAccept);
	return ERR_OK;
}

static err_t closeListenerInTask(struct tcpip_api_call_data *call)
{
	Listener *it = ((const Request *)call)->it;

	if (it->end.pcb) {
		tcp_arg(it->end.pcb, NULL);
		tcp_accept(it->end.pcb, NULL);
		tcp_close(it->end.pcb);
		it->end.pcb = NULL;
	}
	while (it->first) {
		Connection *one = it->first;
		Request request = {.it = one};

		it->first = one->next;
		closeInTask(&request.call);
		release(&one->end);
	}
	return ERR_OK;
}

// --- the task of XS

static err_t doInTask(Action action, Request request)
{
	return tcpip_api_call(action, &request.call);
}

static uint8_t takeEvents(Endpoint *it)
{
	enter();
	uint8_t events = it->events;
	it->events = 0;
	it->isPosted = false;
	leave();
	return events;
}

static void call(Endpoint *it, xsSlot *callback, uint32_t count)
{
	if (!it->isOpen || !callback)
		return;
	xsMachine *the = it->the;
	xsBeginHost(the);
		xsmcSetInteger(xsResult, (xsIntegerValue)count);
		xsCallFunction1(xsReference(callback), it->object, xsResult);
	xsEndHost(the);
}

static void openEndpoint(xsMachine *the, Endpoint *it, const xsHostHooks *hooks, xsSlot *onReadable)
{
	xsmcSetHostData(xsThis, it);
	xsSetHostHooks(xsThis, (xsHostHooks *)hooks);
	it->object = xsThis;
	xsRemember(it->object);
	it->onReadable = onReadable;
	it->isOpen = true;
}

static void closeEndpoint(Endpoint *it, Action action)
{
	it->isOpen = false;
	doInTask(action, (Request){.it = it});
	release(it);
}

static void closeObject(xsMachine *the, Action action)
{
	Endpoint *it = xsmcGetHostData(xsThis);

	if (!it)
		return;
	xsmcSetHostData(xsThis, NULL);
	xsForget(it->object);
	closeEndpoint(it, action);
}

// --- the task of XS: connections

static void deliver(void *machine, void *refcon, uint8_t *message, uint16_t size)
{
	Connection *it = refcon;
	uint8_t events = takeEvents(&it->end);

	(void)machine;
	(void)message;
	(void)size;
	if (it->end.isOpen && (events & kOutput))
		doInTask(outputInTask, (Request){.it = it});
	if ((events & kReadable) && it->available)
		call(&it->end, it->end.onReadable, it->available);
	// What has arrived can be read before the end is told.
	if (it->isBroken) {
		if (!it->available && !it->isTold) {
			it->isTold = true;
			call(&it->end, it->onError, 0);
		}
	}
	else if (events & kWritable)
		call(&it->end, it->onWritable, it->room);
	release(&it->end);
}

static void mark(xsMachine *the, void *data, xsMarkRoot markRoot)
{
	Connection *it = data;

	if (!it || !it->end.isOpen)
		return;
	if (it->end.onReadable) (*markRoot)(the, it->end.onReadable);
	if (it->onWritable) (*markRoot)(the, it->onWritable);
	if (it->onError) (*markRoot)(the, it->onError);
}

void xs_tcp_destructor(void *data)
{
	if (data)
		closeEndpoint(data, closeInTask);
}

static const xsHostHooks kHooks = {xs_tcp_destructor, mark, NULL};

static uint16_t portIn(xsMachine *the, xsSlot slot, int least)
{
	int port = xsmcToInteger(slot);

	if ((port < least) || (port > 65535))
		xsRangeError("invalid port");
	return (uint16_t)port;
}

static Connection *connectionTo(xsMachine *the)
{
	char text[40];
	ip_addr_t address;

	CHECK_NETWORK_SAFE();
	xsmcGet(xsVar(0), xsArg(0), xsID_address);
	if (!ipaddr_aton(xsmcToStringBuffer(xsVar(0), text, sizeof(text)), &address))
		xsUnknownError("invalid address");
	xsmcGet(xsVar(0), xsArg(0), xsID_port);
	uint16_t port = portIn(the, xsVar(0), 1);
	xsmcGet(xsVar(0), xsArg(0), xsID_nodelay);
	bool isWithoutDelay = xsmcTest(xsVar(0));
	Connection *it = createEndpoint(sizeof(Connection), deliver);
	if (!it)
		xsRangeError("no memory");
	it->remoteAddress = address;
	it->remotePort = port;
	err_t error = doInTask(connectInTask, (Request){.it = it, .isWithoutDelay = isWithoutDelay});
	if (error) {
		release(&it->end);
		if (ERR_RTE == error)
			xsUnknownError("no network");
		xsUnknownError("lwIP does not connect: %d", (int)error);
	}
	return it;
}

// {address, port, nodelay} or {from}, and callbacks. Without options a socket that a listener gives its connection.
void xs_tcp_constructor(xsMachine *the)
{
	Connection *it;

	if (xsmcArgc < 1)
		return;
	xsmcVars(1);
	xsSlot *onReadable = builtinGetCallback(the, xsID_onReadable);
	xsSlot *onWritable = builtinGetCallback(the, xsID_onWritable);
	xsSlot *onError = builtinGetCallback(the, xsID_onError);
	xsmcGet(xsVar(0), xsArg(0), xsID_from);
	if (xsmcTest(xsVar(0))) {
		it = xsmcGetHostData(xsVar(0));
		if (!it || it->end.isOpen)
			xsUnknownError("invalid from");
		xsmcSetHostData(xsVar(0), NULL);
	}
	else
		it = connectionTo(the);
	it->onWritable = onWritable;
	it->onError = onError;
	openEndpoint(the, &it->end, &kHooks, onReadable);
	// From here on it is told what happens, and what has happened.
	enter();
	it->end.the = the;
	uint8_t events = (it->available ? kReadable : 0) | (it->isConnected ? kWritable : 0) | (it->isBroken ? kBroken : 0);
	leave();
	if (events)
		tell(&it->end, events);
}

static Connection *connectionOf(xsMachine *the)
{
	Connection *it = xsmcGetHostData(xsThis);

	if (!it)
		xsUnknownError("the connection is closed");
	return it;
}

void xs_tcp_close(xsMachine *the)
{
	closeObject(the, closeInTask);
}

// So many bytes, in a new buffer, or as many as fit into the one that is given.
void xs_tcp_read(xsMachine *the)
{
	Connection *it = connectionOf(the);
	void *into;
	xsUnsignedValue count;
	bool isBuffer = xsReferenceType == xsmcTypeOf(xsArg(0));

	enter();
	if (it->reading && it->arrived)
		pbuf_cat(it->reading, it->arrived);
	else if (it->arrived)
		it->reading = it->arrived;
	it->arrived = NULL;
	uint32_t available = it->available;
	leave();
	if (isBuffer)
		xsmcGetBufferWritable(xsArg(0), &into, &count);
	else {
		int wanted = xsmcToInteger(xsArg(0));

		count = (wanted > 0) ? (xsUnsignedValue)wanted : 0;
	}
	if ((0 == count) || (count > available) || (count > 0xffff))
		xsUnknownError("invalid");
	if (!isBuffer) {
		xsUnsignedValue size;

		xsmcSetArrayBuffer(xsResult, NULL, (xsIntegerValue)count);
		xsmcGetBufferWritable(xsResult, &into, &size);
	}
	pbuf_copy_partial(it->reading, into, (u16_t)count, 0);
	doInTask(takeInTask, (Request){.it = it, .count = count});
	enter();
	it->available -= count;
	bool isOver = it->isBroken && !it->available;
	leave();
	if (isOver)
		tell(&it->end, kBroken);
}

// Returns the room that is left; undefined: the connection is broken.
void xs_tcp_write(xsMachine *the)
{
	Connection *it = connectionOf(the);
	void *bytes;
	xsUnsignedValue count;

	xsmcGetBufferReadable(xsArg(0), &bytes, &count);
	if (it->isBroken)
		return;
	if (!it->isConnected)
		xsUnknownError("not ready");
	err_t error = doInTask(writeInTask, (Request){.it = it, .bytes = bytes, .count = count});
	if (ERR_WOULDBLOCK == error)
		xsUnknownError("would block");
	if (error)
		return;
	// In a message of its own, so that all that is written in a turn goes together.
	tell(&it->end, kOutput);
	xsmcSetInteger(xsResult, (xsIntegerValue)it->room);
}

void xs_tcp_remote_address(xsMachine *the)
{
	Connection *it = connectionOf(the);
	char text[40];

	xsmcSetString(xsResult, ipaddr_ntoa_r(&it->remoteAddress, text, sizeof(text)));
}

void xs_tcp_remote_port(xsMachine *the)
{
	xsmcSetInteger(xsResult, connectionOf(the)->remotePort);
}

// --- the task of XS: listeners

static void deliverListener(void *machine, void *refcon, uint8_t *message, uint16_t size)
{
	Listener *it = refcon;

	(void)machine;
	(void)message;
	(void)size;
	takeEvents(&it->end);
	if (it->waiting)
		call(&it->end, it->end.onReadable, it->waiting);
	release(&it->end);
}

static void markListener(xsMachine *the, void *data, xsMarkRoot markRoot)
{
	Endpoint *it = data;

	if (it && it->isOpen && it->onReadable) (*markRoot)(the, it->onReadable);
}

void xs_listener_destructor(void *data)
{
	if (data)
		closeEndpoint(data, closeListenerInTask);
}

static const xsHostHooks kListenerHooks = {xs_listener_destructor, markListener, NULL};

// {port, onReadable}; port 0: any.
void xs_listener_constructor(xsMachine *the)
{
	xsmcVars(1);
	CHECK_NETWORK_SAFE();
	xsSlot *onReadable = builtinGetCallback(the, xsID_onReadable);
	xsmcGet(xsVar(0), xsArg(0), xsID_port);
	uint16_t port = portIn(the, xsVar(0), 0);
	Listener *it = createEndpoint(sizeof(Listener), deliverListener);
	if (!it)
		xsRangeError("no memory");
	it->port = port;
	it->end.the = the;
	err_t error = doInTask(listenInTask, (Request){.it = it});
	if (error) {
		release(&it->end);
		if (ERR_USE == error)
			xsUnknownError("port %d is in use", (int)port);
		xsUnknownError("lwIP does not listen: %d", (int)error);
	}
	openEndpoint(the, &it->end, &kListenerHooks, onReadable);
}

void xs_listener_close(xsMachine *the)
{
	closeObject(the, closeListenerInTask);
}

// Gives the socket, which is empty, the first of the connections that wait.
void xs_listener_take(xsMachine *the)
{
	Listener *it = xsmcGetHostData(xsThis);

	if (!it)
		return;
	enter();
	Connection *one = it->first;
	if (one) {
		it->first = one->next;
		it->waiting--;
	}
	leave();
	if (!one)
		return;
	one->next = NULL;
	xsmcSetHostData(xsArg(0), one);
	xsResult = xsArg(0);
}

void xs_listener_port(xsMachine *the)
{
	Listener *it = xsmcGetHostData(xsThis);

	xsmcSetInteger(xsResult, it ? it->port : 0);
}
