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

typedef struct Connection Connection;
struct Connection {
	// Of lwIP's task. NULL: there is none any more.
	struct tcp_pcb *pcb;

	// Behind the lock: what has arrived since the last read, and all that can be read.
	struct pbuf *arrived;
	uint32_t available;
	// Bytes that can be written.
	uint32_t room;
	uint8_t events;
	// Who needs this block: the pcb, the socket or the list of a listener, and the message that is on its way.
	uint8_t uses;
	bool isPosted;
	bool isConnected;
	bool isBroken;

	// Of the task of XS.
	struct pbuf *reading;
	bool isOpen;
	bool isTold;
	xsMachine *the;
	xsSlot object;
	xsSlot *onReadable;
	xsSlot *onWritable;
	xsSlot *onError;

	ip_addr_t remoteAddress;
	uint16_t remotePort;
	// Behind this one in the list of a listener.
	Connection *next;
};

typedef struct {
	struct tcp_pcb *pcb;

	// Behind the lock.
	Connection *first;
	uint8_t waiting;
	uint8_t uses;
	bool isPosted;

	bool isOpen;
	uint16_t port;
	xsMachine *the;
	xsSlot object;
	xsSlot *onReadable;
} Listener;

// What is done in lwIP's task.
typedef struct {
	struct tcpip_api_call_data call;
	Connection *connection;
	Listener *listener;
	const void *bytes;
	uint32_t count;
	bool isWithoutDelay;
} Request;

#define enter() builtinCriticalSectionBegin()
#define leave() builtinCriticalSectionEnd()

// --- either task

static void deliver(void *the, void *refcon, uint8_t *message, uint16_t size);
static void deliverListener(void *the, void *refcon, uint8_t *message, uint16_t size);

static void release(Connection *it)
{
	enter();
	bool isLast = 0 == --it->uses;
	leave();
	if (isLast)
		c_free(it);
}

// Whoever calls has a use of its own. A connection that waits in a list has nobody to tell.
static void tell(Connection *it, uint8_t events)
{
	enter();
	it->events |= events;
	bool isNew = it->the && !it->isPosted;
	if (isNew) {
		it->isPosted = true;
		it->uses++;
	}
	leave();
	if (!isNew || (0 == modMessagePostToMachine(it->the, NULL, 0, deliver, it)))
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
	tell(it, kBroken);
}

static void releaseListener(Listener *it)
{
	enter();
	bool isLast = 0 == --it->uses;
	leave();
	if (isLast)
		c_free(it);
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
	tell(it, kReadable);
	return ERR_OK;
}

static void noteRoom(Connection *it)
{
	uint32_t room = tcp_sndbuf(it->pcb);

	enter();
	it->room = room;
	leave();
}

static err_t onSent(void *arg, struct tcp_pcb *pcb, u16_t count)
{
	(void)pcb;
	(void)count;
	noteRoom(arg);
	tell(arg, kWritable);
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
	tell(it, kWritable);
	return ERR_OK;
}

// lwIP has freed the pcb.
static void onGone(void *arg, err_t error)
{
	Connection *it = arg;

	(void)error;
	it->pcb = NULL;
	breakOff(it);
	release(it);
}

static void attach(Connection *it, struct tcp_pcb *pcb)
{
	it->pcb = pcb;
	enter();
	it->uses++;
	leave();
	tcp_arg(pcb, it);
	tcp_recv(pcb, onReceive);
	tcp_sent(pcb, onSent);
	tcp_err(pcb, onGone);
}

// Whoever calls has a use of its own.
static struct tcp_pcb *detach(Connection *it)
{
	struct tcp_pcb *pcb = it->pcb;

	it->pcb = NULL;
	tcp_arg(pcb, NULL);
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_err(pcb, NULL);
	release(it);
	return pcb;
}

static void tellListener(Listener *it)
{
	enter();
	bool isNew = !it->isPosted;
	if (isNew) {
		it->isPosted = true;
		it->uses++;
	}
	leave();
	if (!isNew || (0 == modMessagePostToMachine(it->the, NULL, 0, deliverListener, it)))
		return;
	enter();
	it->isPosted = false;
	it->uses--;
	leave();
}

static err_t onAccept(void *arg, struct tcp_pcb *pcb, err_t error)
{
	Listener *listener = arg;
	Connection *it;

	if (error || !pcb)
		return ERR_VAL;
	it = (listener->waiting < kMostWaiting) ? c_calloc(1, sizeof(Connection)) : NULL;
	if (!it) {
		tcp_abort(pcb);
		return ERR_ABRT;
	}
	it->uses = 1;
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
	tellListener(listener);
	return ERR_OK;
}

// --- lwIP's task: what XS asks for

static err_t connectInTask(struct tcpip_api_call_data *call)
{
	const Request *request = (const Request *)call;
	Connection *it = request->connection;
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
	Connection *it = ((const Request *)call)->connection;

	if (it->pcb) {
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
	Connection *it = request->connection;

	it->reading = pbuf_free_header(it->reading, (u16_t)request->count);
	if (it->pcb)
		tcp_recved(it->pcb, (u16_t)request->count);
	return ERR_OK;
}

static err_t writeInTask(struct tcpip_api_call_data *call)
{
	const Request *request = (const Request *)call;
	Connection *it = request->connection;
	err_t error;

	if (!it->pcb)
		return ERR_CLSD;
	if (request->count > tcp_sndbuf(it->pcb))
		return ERR_WOULDBLOCK;
	error = tcp_write(it->pcb, request->bytes, (u16_t)request->count, TCP_WRITE_FLAG_COPY);
	noteRoom(it);
	return error;
}

static err_t outputInTask(struct tcpip_api_call_data *call)
{
	Connection *it = ((const Request *)call)->connection;

	return it->pcb ? tcp_output(it->pcb) : ERR_OK;
}

static err_t listenInTask(struct tcpip_api_call_data *call)
{
	Listener *it = ((const Request *)call)->listener;
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
	it->pcb = listening;
	it->port = listening->local_port;
	tcp_arg(listening, it);
	tcp_accept(listening, onAccept);
	return ERR_OK;
}

static err_t closeListenerInTask(struct tcpip_api_call_data *call)
{
	Listener *it = ((const Request *)call)->listener;

	if (it->pcb) {
		tcp_arg(it->pcb, NULL);
		tcp_accept(it->pcb, NULL);
		tcp_close(it->pcb);
		it->pcb = NULL;
	}
	while (it->first) {
		Connection *one = it->first;
		Request request = {.connection = one};

		it->first = one->next;
		closeInTask(&request.call);
		release(one);
	}
	return ERR_OK;
}

// --- the task of XS

static err_t doInTask(err_t (*action)(struct tcpip_api_call_data *), Request request)
{
	return tcpip_api_call(action, &request.call);
}

static void call(Connection *it, xsSlot *callback, uint32_t count)
{
	if (!it->isOpen || !callback)
		return;
	xsMachine *the = it->the;
	xsBeginHost(the);
		xsmcSetInteger(xsResult, (xsIntegerValue)count);
		xsCallFunction1(xsReference(callback), it->object, xsResult);
	xsEndHost(the);
}

static void deliver(void *machine, void *refcon, uint8_t *message, uint16_t size)
{
	Connection *it = refcon;

	(void)machine;
	(void)message;
	(void)size;
	enter();
	uint8_t events = it->events;
	it->events = 0;
	it->isPosted = false;
	leave();
	if (it->isOpen && (events & kOutput))
		doInTask(outputInTask, (Request){.connection = it});
	if ((events & kReadable) && it->available)
		call(it, it->onReadable, it->available);
	// What has arrived can be read before the end is told.
	if (it->isBroken) {
		if (!it->available && !it->isTold) {
			it->isTold = true;
			call(it, it->onError, 0);
		}
	}
	else if (events & kWritable)
		call(it, it->onWritable, it->room);
	release(it);
}

static void mark(xsMachine *the, void *data, xsMarkRoot markRoot)
{
	Connection *it = data;

	if (!it || !it->isOpen)
		return;
	if (it->onReadable) (*markRoot)(the, it->onReadable);
	if (it->onWritable) (*markRoot)(the, it->onWritable);
	if (it->onError) (*markRoot)(the, it->onError);
}

static void closeConnection(Connection *it)
{
	it->isOpen = false;
	doInTask(closeInTask, (Request){.connection = it});
	release(it);
}

void xs_tcp_destructor(void *data)
{
	if (data)
		closeConnection(data);
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
	Connection *it = c_calloc(1, sizeof(Connection));
	if (!it)
		xsRangeError("no memory");
	it->uses = 1;
	it->remoteAddress = address;
	it->remotePort = port;
	err_t error = doInTask(connectInTask, (Request){.connection = it, .isWithoutDelay = isWithoutDelay});
	if (error) {
		release(it);
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
		if (!it || it->isOpen)
			xsUnknownError("invalid from");
		xsmcSetHostData(xsVar(0), NULL);
	}
	else
		it = connectionTo(the);
	xsmcSetHostData(xsThis, it);
	xsSetHostHooks(xsThis, (xsHostHooks *)&kHooks);
	it->object = xsThis;
	xsRemember(it->object);
	it->onReadable = onReadable;
	it->onWritable = onWritable;
	it->onError = onError;
	it->isOpen = true;
	// From here on it is told what happens, and what has happened.
	enter();
	it->the = the;
	uint8_t events = (it->available ? kReadable : 0) | (it->isConnected ? kWritable : 0) | (it->isBroken ? kBroken : 0);
	leave();
	if (events)
		tell(it, events);
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
	Connection *it = xsmcGetHostData(xsThis);

	if (!it)
		return;
	xsmcSetHostData(xsThis, NULL);
	xsForget(it->object);
	closeConnection(it);
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
	doInTask(takeInTask, (Request){.connection = it, .count = count});
	enter();
	it->available -= count;
	bool isOver = it->isBroken && !it->available;
	leave();
	if (isOver)
		tell(it, kBroken);
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
	err_t error = doInTask(writeInTask, (Request){.connection = it, .bytes = bytes, .count = count});
	if (ERR_WOULDBLOCK == error)
		xsUnknownError("would block");
	if (error)
		return;
	// In a message of its own, so that all that is written in a turn goes together.
	tell(it, kOutput);
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
	enter();
	it->isPosted = false;
	uint8_t waiting = it->waiting;
	leave();
	if (it->isOpen && it->onReadable && waiting) {
		xsMachine *the = it->the;
		xsBeginHost(the);
			xsmcSetInteger(xsResult, waiting);
			xsCallFunction1(xsReference(it->onReadable), it->object, xsResult);
		xsEndHost(the);
	}
	releaseListener(it);
}

static void markListener(xsMachine *the, void *data, xsMarkRoot markRoot)
{
	Listener *it = data;

	if (it && it->isOpen && it->onReadable) (*markRoot)(the, it->onReadable);
}

static void closeListener(Listener *it)
{
	it->isOpen = false;
	doInTask(closeListenerInTask, (Request){.listener = it});
	releaseListener(it);
}

void xs_listener_destructor(void *data)
{
	if (data)
		closeListener(data);
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
	Listener *it = c_calloc(1, sizeof(Listener));
	if (!it)
		xsRangeError("no memory");
	it->uses = 1;
	it->port = port;
	it->the = the;
	err_t error = doInTask(listenInTask, (Request){.listener = it});
	if (error) {
		releaseListener(it);
		if (ERR_USE == error)
			xsUnknownError("port %d is in use", (int)port);
		xsUnknownError("lwIP does not listen: %d", (int)error);
	}
	xsmcSetHostData(xsThis, it);
	xsSetHostHooks(xsThis, (xsHostHooks *)&kListenerHooks);
	it->object = xsThis;
	xsRemember(it->object);
	it->onReadable = onReadable;
	it->isOpen = true;
}

void xs_listener_close(xsMachine *the)
{
	Listener *it = xsmcGetHostData(xsThis);

	if (!it)
		return;
	xsmcSetHostData(xsThis, NULL);
	xsForget(it->object);
	closeListener(it);
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
