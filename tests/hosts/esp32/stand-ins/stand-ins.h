// SPDX-License-Identifier: MIT

// As much of the engine and of ESP-IDF as deep-sleep.c uses, in the hands of a test.

#pragma once
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

// --- the engine: two arguments, a result, and exceptions

typedef struct xsMachine xsMachine;
enum { kUndefined, kNumber, kBoolean };
typedef struct {
	int kind;
	double number;
} Slot;
extern Slot gArguments[2];
extern Slot gResult;
extern int gCount;
extern jmp_buf gEnd;
extern const char *gThrown;

#define xsArg(index) gArguments[index]
#define xsResult gResult
#define xsmcArgc gCount
#define xsmcToNumber(slot) ((slot).number)
#define xsmcToInteger(slot) ((int32_t)(slot).number)
#define xsmcTest(slot) ((slot).kind != kUndefined)
#define xsmcSetNumber(slot, value) ((slot) = (Slot){.kind = kNumber, .number = (value)})
#define xsmcSetBoolean(slot, value) ((slot) = (Slot){.kind = kBoolean, .number = (value)})
static inline void throwText(const char *text)
{
	gThrown = text;
	longjmp(gEnd, 1);
}
#define xsRangeError(...) throwText("RangeError")
#define xsUnknownError(...) throwText("Error")

// --- ESP-IDF

typedef struct {
	uint64_t rtc;
	int64_t awake;
	uint32_t causes;
	uint64_t wakeAfter;
	int wakePin;
	int pulledUp;
	bool isWiFiStopped;
} Fake;
extern Fake *gFake;

#define RTC_NOINIT_ATTR
typedef int esp_err_t;
#define ESP_OK (0)
typedef int gpio_num_t;
enum { ESP_SLEEP_WAKEUP_ALL = 1, ESP_SLEEP_WAKEUP_EXT0 = 2, ESP_SLEEP_WAKEUP_TIMER = 4 };
enum { ESP_PD_DOMAIN_RTC_PERIPH };
enum { ESP_PD_OPTION_ON };

static inline bool rtc_gpio_is_valid_gpio(gpio_num_t pin) { return (27 == pin) || (4 == pin); }
static inline esp_err_t rtc_gpio_pulldown_dis(gpio_num_t pin) { (void)pin; return ESP_OK; }
static inline esp_err_t rtc_gpio_pullup_en(gpio_num_t pin) { gFake->pulledUp = pin; return ESP_OK; }
static inline esp_err_t esp_sleep_disable_wakeup_source(int source)
{
	(void)source;
	gFake->wakeAfter = 0;
	gFake->wakePin = -1;
	return ESP_OK;
}
static inline esp_err_t esp_sleep_pd_config(int domain, int option) { (void)domain; (void)option; return ESP_OK; }
static inline esp_err_t esp_sleep_enable_ext0_wakeup(gpio_num_t pin, int level)
{
	gFake->wakePin = (0 == level) ? pin : -2;
	return ESP_OK;
}
static inline esp_err_t esp_sleep_enable_timer_wakeup(uint64_t us) { gFake->wakeAfter = us; return ESP_OK; }
static inline uint32_t esp_sleep_get_wakeup_causes(void) { return gFake->causes; }
static inline uint64_t esp_rtc_get_time_us(void) { return gFake->rtc; }
static inline int64_t esp_timer_get_time(void) { return gFake->awake; }
static inline esp_err_t esp_wifi_stop(void) { gFake->isWiFiStopped = true; return ESP_OK; }
static inline void esp_deep_sleep_start(void) { throwText("asleep"); }
