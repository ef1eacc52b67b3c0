// SPDX-License-Identifier: MIT

// The data line of a DHT sensor: a start signal from an open-drain output, timed by esp_timer, then
// the RMT receiver on the same pin. Nothing here waits.
//
// Three parties meet: the task of XS, the task of esp_timer and the interrupt of the RMT, on two
// cores. What they share is one static record that lives for ever, and its state changes only under
// the lock; so a late timer, interrupt or message finds the state changed, never freed memory.

#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"
#include "builtinCommon.h"

#include "driver/gpio.h"
#include "driver/rmt_rx.h"
#include "esp_attr.h"
#include "esp_err.h"
#include "esp_timer.h"

// One tick is 1 µs.
#define kResolution (1000000)
// A DHT sends 42 pairs of pulses; this is the block of memory of one channel of an ESP32.
#define kSymbols (64)
// µs: the longest start signal that a sensor wants.
#define kLongestStart (20000)
// ns: shorter is a glitch, longer is the idle line. The filter has 8 bits of 12.5 ns.
#define kShortestPulse (1000)
#define kLongestPulse (200000)
// µs until silence counts as no answer, and until a message that found the queue full is sent again.
#define kPatience (20000)
#define kRetry (5000)

enum { kClosed, kIdle, kPulling, kListening, kOver };

static portMUX_TYPE gLock = portMUX_INITIALIZER_UNLOCKED;

static struct {
	uint8_t state;
	gpio_num_t pin;
	xsMachine *the;
	xsSlot onCaptured;
	rmt_channel_handle_t channel;
	// Made once and kept: its task may be about to start it again while the line is closed.
	esp_timer_handle_t timer;
	// A timer that fires before is a late one of an earlier capture.
	int64_t due;
	// Symbols received; 0 when nothing came.
	size_t count;
	rmt_symbol_word_t symbols[kSymbols];
} gLine;

static void deliver(void *machine, void *, uint8_t *, uint16_t);

static bool IRAM_ATTR onReceived(rmt_channel_handle_t, const rmt_rx_done_event_data_t *data, void *)
{
	bool isNews = false;

	portENTER_CRITICAL_ISR(&gLock);
	if (kListening == gLine.state) {
		gLine.count = data->num_symbols;
		gLine.state = kOver;
		isNews = true;
	}
	portEXIT_CRITICAL_ISR(&gLock);
	// When the queue is full, the timer sends it: that is still running.
	if (isNews)
		modMessagePostToMachineFromISR(gLine.the, deliver, NULL);
	return false;
}

// With the lock held, so that nothing comes between the release and the receiver: the answer begins
// 20 µs later.
static bool release(void)
{
	rmt_receive_config_t config = {
		.signal_range_min_ns = kShortestPulse,
		.signal_range_max_ns = kLongestPulse,
	};

	gpio_set_level(gLine.pin, 1);
	return ESP_OK == rmt_receive(gLine.channel, gLine.symbols, sizeof(gLine.symbols), &config);
}

static void onTimer(void *)
{
	bool isNews = false;
	uint64_t wait = 0;

	portENTER_CRITICAL(&gLock);
	int64_t now = esp_timer_get_time();
	if (now >= gLine.due) {
		if ((kPulling == gLine.state) && release()) {
			gLine.state = kListening;
			wait = kPatience;
			gLine.due = now + kPatience;
		}
		else if ((kPulling == gLine.state) || (kListening == gLine.state)) {
			gLine.count = 0;
			gLine.state = kOver;
		}
		isNews = kOver == gLine.state;
	}
	portEXIT_CRITICAL(&gLock);

	if (isNews && modMessagePostToMachine(gLine.the, NULL, 0, deliver, NULL))
		wait = kRetry;
	if (wait)
		esp_timer_start_once(gLine.timer, wait);
}

static esp_err_t openReceiver(void)
{
	rmt_rx_channel_config_t config = {
		.gpio_num = gLine.pin,
		.clk_src = RMT_CLK_SRC_DEFAULT,
		.resolution_hz = kResolution,
		.mem_block_symbols = kSymbols,
	};
	rmt_rx_event_callbacks_t callbacks = { .on_recv_done = onReceived };
	esp_timer_create_args_t timer = { .callback = onTimer, .name = "pulses" };
	esp_err_t err = gLine.timer ? ESP_OK : esp_timer_create(&timer, &gLine.timer);
	if (!err)
		err = rmt_new_rx_channel(&config, &gLine.channel);
	if (err)
		return err;
	err = rmt_rx_register_event_callbacks(gLine.channel, &callbacks, NULL);
	// The receiver has made the pin an input. High first, or the line would blink.
	if (!err)
		err = gpio_set_level(gLine.pin, 1);
	if (!err)
		err = gpio_set_direction(gLine.pin, GPIO_MODE_INPUT_OUTPUT_OD);
	if (err) {
		rmt_del_channel(gLine.channel);
		gpio_reset_pin(gLine.pin);
	}
	return err;
}

void xs_pulses_open(xsMachine *the)
{
	if (kClosed != gLine.state)
		xsUnknownError("another capture is open");

	uint32_t pin = builtinGetPin(the, &xsArg(0));
	if ((pin >= GPIO_NUM_MAX) || !GPIO_IS_VALID_OUTPUT_GPIO(pin))
		xsRangeError("no output");
	if (!builtinIsPinFree(pin))
		xsRangeError("in use");

	gLine.pin = (gpio_num_t)pin;
	esp_err_t err = openReceiver();
	if (err)
		xsUnknownError("no receiver, error 0x%x of ESP-IDF", err);

	builtinUsePin(pin);
	gLine.the = the;
	gLine.onCaptured = xsArg(1);
	xsRemember(gLine.onCaptured);
	portENTER_CRITICAL(&gLock);
	gLine.state = kIdle;
	portEXIT_CRITICAL(&gLock);
}

void xs_pulses_capture(xsMachine *the)
{
	if (kIdle != gLine.state)
		xsUnknownError("closed or busy");

	xsIntegerValue startLow = xsmcToInteger(xsArg(0));
	if ((startLow < 1) || (startLow > kLongestStart))
		xsRangeError("no start signal");
	esp_err_t err = rmt_enable(gLine.channel);
	if (err)
		xsUnknownError("error 0x%x of ESP-IDF", err);

	esp_timer_stop(gLine.timer);
	portENTER_CRITICAL(&gLock);
	gLine.due = esp_timer_get_time() + startLow;
	gLine.state = kPulling;
	gpio_set_level(gLine.pin, 0);
	portEXIT_CRITICAL(&gLock);

	err = esp_timer_start_once(gLine.timer, (uint64_t)startLow);
	if (err) {
		portENTER_CRITICAL(&gLock);
		gLine.state = kIdle;
		gpio_set_level(gLine.pin, 1);
		portEXIT_CRITICAL(&gLock);
		rmt_disable(gLine.channel);
		xsUnknownError("error 0x%x of ESP-IDF", err);
	}
}

void xs_pulses_close(xsMachine *the)
{
	portENTER_CRITICAL(&gLock);
	uint8_t before = gLine.state;
	gLine.state = kClosed;
	portEXIT_CRITICAL(&gLock);
	if (kClosed == before)
		return;

	esp_timer_stop(gLine.timer);
	if (kIdle != before)
		rmt_disable(gLine.channel);
	rmt_del_channel(gLine.channel);
	gpio_reset_pin(gLine.pin);
	builtinFreePin((uint32_t)gLine.pin);
	xsForget(gLine.onCaptured);
}

// The widths of what was received, the first one low; the mark of the end has the width 0.
static size_t readWidths(uint16_t *widths)
{
	size_t length = 0;

	for (size_t i = 0; i < 2 * gLine.count; i++) {
		rmt_symbol_word_t symbol = gLine.symbols[i / 2];
		uint16_t width = (i & 1) ? symbol.duration1 : symbol.duration0;
		uint16_t level = (i & 1) ? symbol.level1 : symbol.level0;
		if (0 == width)
			break;
		if (length || (0 == level))
			widths[length++] = width;
	}
	return length;
}

static void deliver(void *machine, void *, uint8_t *, uint16_t)
{
	portENTER_CRITICAL(&gLock);
	// Both the interrupt and the timer may have sent a message, and the line may be closed since.
	bool isNews = kOver == gLine.state;
	if (isNews)
		gLine.state = kIdle;
	portEXIT_CRITICAL(&gLock);
	if (!isNews)
		return;

	esp_timer_stop(gLine.timer);
	rmt_disable(gLine.channel);
	uint16_t widths[2 * kSymbols];
	size_t length = readWidths(widths);

	xsBeginHost((xsMachine *)machine);
		xsmcVars(1);
		if (length)
			xsmcSetArrayBuffer(xsVar(0), widths, (xsIntegerValue)(length * sizeof(uint16_t)));
		else
			xsmcSetUndefined(xsVar(0));
		xsCallFunction1(gLine.onCaptured, xsGlobal, xsVar(0));
	xsEndHost((xsMachine *)machine);
}
