// SPDX-License-Identifier: MIT

// Runs functions of one source as the engine would, step by step: a step is a line of the input, and for each a line
// of JSON says what came of it. The steps are those of tests/support/native-code.ts.

#include "engine.h"
#include "esp-idf.h"
#include <dlfcn.h>
#include <stdarg.h>

Task gTask;
Slot gArguments[maxArguments], gVariables[4], gResult, gGlobal, gThis;
int gCount;
jmp_buf gEnd;
World gWorld = {.station = -1, .country = 11, .busy = -1, .slots = 2, .subtype = ESP_PARTITION_SUBTYPE_APP_OTA_MIN, .queue = 4};
bool gIsLocked;
wifi_promiscuous_cb_t gOnFrame;
rmt_rx_done_callback_t gOnReceived;
rmt_symbol_word_t *gSymbols;
size_t gSymbolsSize;
esp_timer_cb_t gOnTimer;
const int8_t gPinsOfRTC[GPIO_NUM_MAX] = {
	11, -1, 12, -1, 10, -1, -1, -1, -1, -1, -1, -1, 15, 14, 16, 13, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, 6, 7, 17, -1, -1, -1, -1, 9, 8, 4, 5, 0, 1, 2, 3,
};

static char gNotes[65536];
static char gThrown[256];
static xsMachine gMachine = {1000, 0, 4096, 20000, 0, 57344};
static struct { modMessageDeliver deliver; void *refcon; } gMessages[16];
static int gMessageCount;
static void *gHostData[32];
static int gBlocks;
// What lwIP does, of a test that has lwip.c.
void lwipStep(char *rest) __attribute__((weak));
static struct { char name[64]; int result; } gFailing[8];

// --- what a test is told

static void append(char *text, size_t size, const char *format, va_list list)
{
	size_t at = strlen(text);
	vsnprintf(text + at, size - at, format, list);
}

void note(const char *format, ...)
{
	va_list list;
	strcat(gNotes, gNotes[0] ? ",\"" : "\"");
	va_start(list, format);
	append(gNotes, sizeof(gNotes), format, list);
	va_end(list);
	strcat(gNotes, "\"");
}

int resultOf(const char *name)
{
	for (size_t i = 0; i < sizeof(gFailing) / sizeof(gFailing[0]); i++) {
		if (0 == strcmp(gFailing[i].name, name)) return gFailing[i].result;
	}
	return ESP_OK;
}

static void give(const char *name, int result)
{
	for (size_t i = 0; i < sizeof(gFailing) / sizeof(gFailing[0]); i++) {
		if (gFailing[i].name[0] && strcmp(gFailing[i].name, name)) continue;
		snprintf(gFailing[i].name, sizeof(gFailing[i].name), "%s", name);
		gFailing[i].result = result;
		return;
	}
	abort();
}

void inTaskOf(Task task, const char *what)
{
	if (task == gTask) return;
	fprintf(stderr, "%s in the wrong task\n", what);
	abort();
}

// --- the engine

void throwError(const char *kind, const char *format, ...)
{
	va_list list;
	inTaskOf(kEngineTask, "an exception");
	if (gIsLocked) {
		fprintf(stderr, "an exception with the lock held\n");
		abort();
	}
	snprintf(gThrown, sizeof(gThrown), "%s: ", kind);
	va_start(list, format);
	append(gThrown, sizeof(gThrown), format, list);
	va_end(list);
	longjmp(gEnd, 1);
}

int32_t integerOf(Slot slot)
{
	if ((slot.number >= -2147483648.0) && (slot.number <= 2147483647.0)) return (int32_t)slot.number;
	// Modulo 2^32, as the language has it.
	return (slot.number > -1e15) && (slot.number < 1e15) ? (int32_t)(uint32_t)(int64_t)slot.number : 0;
}

bool isTrue(Slot slot)
{
	switch (slot.kind) {
		case kUndefined: return false;
		case kBoolean: case kNumber: return (slot.number < 0) || (slot.number > 0);
		case kString: return 0 != slot.text[0];
		default: return true;
	}
}

char *toStringBuffer(Slot slot, char *text, int size)
{
	const char *from = (kString == slot.kind) ? slot.text : "undefined";
	int length = (int)strlen(from) + 1;
	if (length > size) throwError("RangeError", "cannot buffer string");
	return memcpy(text, from, (size_t)length);
}

void setArrayBuffer(Slot *slot, const void *bytes, int count)
{
	inTaskOf(kEngineTask, "a buffer");
	if (count < 0) throwError("RangeError", "invalid byteLength");
	*slot = (Slot){.kind = kBytes, .bytes = calloc(1, (size_t)count), .count = (uint32_t)count};
	if (bytes) memcpy(slot->bytes, bytes, (size_t)count);
}

void getBuffer(Slot slot, void **bytes, xsUnsignedValue *count)
{
	if (kBytes != slot.kind) throwError("TypeError", "no buffer");
	*bytes = slot.bytes;
	*count = slot.count;
}

Slot lengthOf(Slot list)
{
	if (kList != list.kind) throwError("TypeError", "no list");
	return (Slot){.kind = kNumber, .number = list.count};
}

Slot elementOf(Slot list, int index)
{
	return list.list[index];
}

Slot memberOf(Slot object, int id)
{
	if (xsID_length == id) return lengthOf(object);
	lengthOf(object);
	return ((uint32_t)id <= object.count) ? object.list[id - 1] : (Slot){0};
}

Slot *callbackOf(int id)
{
	Slot callback = memberOf(gArguments[0], id), *copy;
	if (kFunction != callback.kind) return NULL;
	copy = malloc(sizeof(*copy));
	*copy = callback;
	return copy;
}

void **hostDataOf(Slot object)
{
	inTaskOf(kEngineTask, "an object");
	return &gHostData[(kObject == object.kind) ? (int)object.number : 0];
}

void *allocate(size_t count, size_t size)
{
	if (resultOf("calloc")) return NULL;
	gBlocks++;
	return calloc(count, size);
}

void deallocate(void *block)
{
	gBlocks--;
	free(block);
}

static void hex(char *text, Slot slot)
{
	*text = 0;
	for (uint32_t i = 0; i < slot.count; i++) sprintf(text + 2 * i, "%02x", slot.bytes[i]);
}

void callFunction(Slot function, Slot argument)
{
	static char text[4096];
	inTaskOf(kEngineTask, "a callback");
	if (kFunction != function.kind) throwError("TypeError", "no function");
	if (function.text) {
		note("%s %g", function.text, argument.number);
		return;
	}
	hex(text, argument);
	note("callback %s", (kUndefined == argument.kind) ? "undefined" : text);
}

// --- ESP-IDF

void lock(bool isLocked)
{
	if (isLocked == gIsLocked) {
		fprintf(stderr, "the lock is taken or released twice\n");
		abort();
	}
	gIsLocked = isLocked;
}

esp_err_t esp_wifi_set_config(wifi_interface_t interface, wifi_config_t *config)
{
	if (WIFI_IF_AP == interface) {
		const wifi_ap_config_t *ap = &config->ap;
		note("esp_wifi_set_config ap '%.*s' '%.64s' auth %d pmf %d channel %d guests %d", ap->ssid_len, ap->ssid,
			ap->password, ap->authmode, ap->pmf_cfg.capable, ap->channel, ap->max_connection);
	}
	else {
		const wifi_sta_config_t *sta = &config->sta;
		const uint8_t *id = sta->bssid;
		note("esp_wifi_set_config station '%.32s' '%.64s' channel %d at %02x%02x%02x%02x%02x%02x %d scan %d", sta->ssid,
			sta->password, sta->channel, id[0], id[1], id[2], id[3], id[4], id[5], sta->bssid_set, sta->scan_method);
	}
	return resultOf("esp_wifi_set_config");
}

static esp_netif_t gStation;

esp_netif_t *esp_netif_get_handle_from_ifkey(const char *key)
{
	gStation.info.ip.addr = esp_netif_htonl((uint32_t)(int64_t)gWorld.station);
	return strcmp(key, "WIFI_STA_DEF") || (gWorld.station < 0) ? NULL : &gStation;
}

esp_err_t esp_netif_get_ip_info(esp_netif_t *network, esp_netif_ip_info_t *info)
{
	*info = network->info;
	return resultOf("esp_netif_get_ip_info");
}

esp_netif_t *esp_netif_get_default_netif(void)
{
	return (gWorld.start > 0) ? NULL : &gStation;
}

esp_netif_t *esp_netif_new(const esp_netif_config_t *config)
{
	note("esp_netif_new");
	if (resultOf("esp_netif_new")) return NULL;
	esp_netif_t *it = malloc(sizeof(*it));
	it->info = *config->base->ip_info;
	return it;
}

void esp_netif_destroy_default_wifi(void *network)
{
	note("esp_netif_destroy_default_wifi");
	free(network);
}

char *esp_ip4addr_ntoa(const esp_ip4_addr_t *address, char *text, int size)
{
	uint32_t it = __builtin_bswap32(address->addr);
	snprintf(text, (size_t)size, "%u.%u.%u.%u", it >> 24, (it >> 16) & 255, (it >> 8) & 255, it & 255);
	return text;
}

static const esp_partition_t gOther = {ESP_PARTITION_SUBTYPE_APP_OTA_MIN + 1, 0x1f0000};

const esp_partition_t *esp_ota_get_running_partition(void)
{
	static esp_partition_t running;
	running = (esp_partition_t){(int)gWorld.subtype, 0x1f0000};
	return (gWorld.slots > 0) ? &running : NULL;
}

const esp_partition_t *esp_ota_get_next_update_partition(const esp_partition_t *from)
{
	(void)from;
	return (gWorld.slots > 1) ? &gOther : NULL;
}

esp_err_t esp_ota_write(esp_ota_handle_t handle, const void *bytes, size_t count)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < count; i++) sum += ((const uint8_t *)bytes)[i];
	note("esp_ota_write %u: %zu bytes, sum %u", handle, count, sum);
	return resultOf("esp_ota_write");
}

static int post(modMessageDeliver deliver, void *refcon)
{
	if (gMessageCount >= gWorld.queue) return -1;
	gMessages[gMessageCount].deliver = deliver;
	gMessages[gMessageCount++].refcon = refcon;
	return 0;
}

int modMessagePostToMachine(xsMachine *the, uint8_t *message, uint16_t size, modMessageDeliver deliver, void *refcon)
{
	(void)message;
	(void)size;
	if (the != &gMachine) abort();
	return post(deliver, refcon);
}

int modMessagePostToMachineFromISR(xsMachine *the, modMessageDeliver deliver, void *refcon)
{
	return modMessagePostToMachine(the, NULL, 0, deliver, refcon);
}

// --- steps

static uint8_t *bytesOf(const char *text, uint32_t *count)
{
	*count = (uint32_t)strlen(text) / 2;
	uint8_t *bytes = calloc(1, *count);
	for (uint32_t i = 0; i < *count; i++) {
		char digits[3] = {text[2 * i], text[2 * i + 1], 0};
		bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return bytes;
}

// "u", "f" and perhaps a name, "o5", "n5", "t" and "b" with bytes in hexadecimal, "l" and then so many words.
static Slot readSlot(char **rest)
{
	Slot slot = {0};
	const char *word = strtok_r(NULL, " ", rest);
	if (!word) return slot;
	switch (word[0]) {
		case 'n':
			slot = (Slot){.kind = kNumber, .number = strtod(word + 1, NULL)};
			break;
		case 't': {
			uint8_t *bytes = bytesOf(word + 1, &slot.count);
			slot.kind = kString;
			slot.text = strndup((char *)bytes, slot.count);
			free(bytes);
			break;
		}
		case 'b':
			slot.kind = kBytes;
			slot.bytes = bytesOf(word + 1, &slot.count);
			break;
		case 'l':
			slot.kind = kList;
			slot.count = (uint32_t)strtoul(word + 1, NULL, 10);
			slot.list = calloc(slot.count + 1, sizeof(Slot));
			for (uint32_t i = 0; i < slot.count; i++) slot.list[i] = readSlot(rest);
			break;
		case 'f':
			slot.kind = kFunction;
			if (word[1]) slot.text = strdup(word + 1);
			break;
		case 'o':
			slot = (Slot){.kind = kObject, .number = strtod(word + 1, NULL)};
			break;
	}
	return slot;
}

// The engine has found that nobody needs the object any more.
static void collect(char **rest)
{
	void (*destructor)(void *);
	int object = atoi(strtok_r(NULL, " ", rest));
	*(void **)&destructor = dlsym(RTLD_DEFAULT, strtok_r(NULL, " ", rest));
	destructor(gHostData[object]);
	gHostData[object] = NULL;
}

static void callByName(const char *name, char **rest)
{
	void (*function)(xsMachine *);
	*(void **)&function = dlsym(RTLD_DEFAULT, name);
	if (!function) {
		fprintf(stderr, "there is no %s\n", name);
		exit(2);
	}
	memset(gArguments, 0, sizeof(gArguments));
	gCount = 0;
	while (**rest) gArguments[gCount++] = readSlot(rest);
	if (0 == setjmp(gEnd)) function(&gMachine);
}

static void set(const char *name, double value)
{
	static const struct { const char *name; double *at; } places[] = {
		{"rtc", &gWorld.rtc}, {"awake", &gWorld.awake}, {"causes", &gWorld.causes}, {"reason", &gWorld.reason},
		{"station", &gWorld.station}, {"start", &gWorld.start}, {"country", &gWorld.country}, {"state", &gWorld.state},
		{"subtype", &gWorld.subtype}, {"slots", &gWorld.slots}, {"busy", &gWorld.busy}, {"queue", &gWorld.queue},
	};
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (0 == strcmp(places[i].name, name)) {
			*places[i].at = value;
			return;
		}
	}
	abort();
}

// A frame as the driver of Wi-Fi has it, with its check sequence left out of the memory.
static void frame(char **rest)
{
	uint32_t count;
	const char *text = strtok_r(NULL, " ", rest);
	uint8_t *bytes = bytesOf(('-' == text[0]) ? "" : text, &count);
	int kind = atoi(strtok_r(NULL, " ", rest)), state = atoi(strtok_r(NULL, " ", rest));
	wifi_promiscuous_pkt_t *packet = malloc(sizeof(*packet) + count);
	packet->rx_ctrl.rssi = -40;
	packet->rx_ctrl.rx_state = (uint32_t)state;
	packet->rx_ctrl.sig_len = count + 4;
	memcpy(packet->payload, bytes, count);
	gOnFrame(packet, (wifi_promiscuous_pkt_type_t)kind);
	free(packet);
	free(bytes);
}

// Symbols as the receiver writes them: low and high widths in turn.
static void receive(char **rest)
{
	rmt_rx_done_event_data_t data = {gSymbols, 0};
	char *low, *high;
	while ((low = strtok_r(NULL, " ", rest)) && (high = strtok_r(NULL, " ", rest))) {
		if ((data.num_symbols + 1) * sizeof(*gSymbols) > gSymbolsSize) break;
		gSymbols[data.num_symbols++] = (rmt_symbol_word_t){(uint16_t)atoi(low) & 0x7fff, 0, (uint16_t)atoi(high) & 0x7fff, 1};
	}
	gOnReceived(NULL, &data, NULL);
}

static void deliverAll(void)
{
	int count = gMessageCount;
	__typeof__(gMessages[0]) all[16];
	memcpy(all, gMessages, sizeof(all));
	gMessageCount = 0;
	for (int i = 0; i < count; i++) all[i].deliver(&gMachine, all[i].refcon, NULL, 0);
}

static void show(void)
{
	static char text[1 << 17];
	if (kBytes == gResult.kind) hex(text, gResult);
	printf("{\"calls\":[%s]", gNotes);
	if (gThrown[0]) printf(",\"thrown\":\"%s\"", gThrown);
	else if (kBoolean == gResult.kind) printf(",\"result\":%s", gResult.number ? "true" : "false");
	else if (kNumber == gResult.kind) printf(",\"result\":%.17g", gResult.number);
	else if (kString == gResult.kind) printf(",\"result\":\"%s\"", gResult.text);
	else if (kBytes == gResult.kind) printf(",\"result\":\"%s\"", text);
	printf("}\n");
}

int main(void)
{
	static char line[1 << 17];
	extern uint8_t __start_rtc_noinit[] __attribute__((weak)), __stop_rtc_noinit[] __attribute__((weak));
	// What is in the memory of the RTC when power comes on.
	for (uint8_t *at = __start_rtc_noinit; at < __stop_rtc_noinit; at++) *at = 0x55;
	while (fgets(line, sizeof(line), stdin)) {
		char *rest, *step;
		line[strcspn(line, "\n")] = 0;
		step = strtok_r(line, " ", &rest);
		gNotes[0] = gThrown[0] = 0;
		gResult = gThis = (Slot){0};
		if (0 == strcmp(step, "on")) {
			gThis = (Slot){.kind = kObject, .number = atoi(strtok_r(NULL, " ", &rest))};
			callByName(strtok_r(NULL, " ", &rest), &rest);
		}
		else if (0 == strcmp(step, "collect")) collect(&rest);
		else if (0 == strcmp(step, "blocks")) note("%d", gBlocks);
		else if (0 == strcmp(step, "call")) callByName(strtok_r(NULL, " ", &rest), &rest);
		else if (0 == strcmp(step, "deliver")) deliverAll();
		else if (0 == strcmp(step, "set") || 0 == strcmp(step, "give")) {
			const char *name = strtok_r(NULL, " ", &rest);
			double value = strtod(rest, NULL);
			if (step[0] == 's') set(name, value);
			else give(name, (int)value);
		}
		else {
			gTask = kOtherTask;
			if (0 == strcmp(step, "frame")) frame(&rest);
			else if (0 == strcmp(step, "timer")) gOnTimer(NULL);
			else if (0 == strcmp(step, "receive")) receive(&rest);
			else if ((0 == strcmp(step, "lwip")) && lwipStep) lwipStep(rest);
			else return 2;
			gTask = kEngineTask;
		}
		if (gIsLocked) abort();
		show();
	}
	return 0;
}
