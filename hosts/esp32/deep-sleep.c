// SPDX-License-Identifier: MIT

// Deep sleep, which the SDK has for other chips only, and how long it was.

#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include "driver/rtc_io.h"
#include "esp_attr.h"
#include "esp_rtc_time.h"
#include "esp_sleep.h"
#include "esp_timer.h"
#include "esp_wifi.h"
#include "soc/soc_caps.h"

// Tells a beginning that was written from what is in the memory when power comes on.
#define kAsleep (0x736c6570)
#define kMicroseconds (1000)
// The RTC of an ESP32-C3 watches no pin of its choice; six pins keep their power there and wake the chip.
#if SOC_PM_SUPPORT_EXT0_WAKEUP
	#define kWokenByPin (1u << ESP_SLEEP_WAKEUP_EXT0)
#else
	#define kWokenByPin (1u << ESP_SLEEP_WAKEUP_GPIO)
#endif

enum { kSlept, kBoot, kByPin };

// By the clock of the RTC, which goes on.
static RTC_NOINIT_ATTR uint64_t gBegin;
static RTC_NOINIT_ATTR uint32_t gAsleep;

// ESP-IDF looks a pin up without a look at whether its number is negative.
static bool canWake(int32_t pin)
{
	return (pin >= 0) && esp_sleep_is_valid_wakeup_gpio((gpio_num_t)pin);
}

// nINT of a sensor only pulls down: the pin's own resistor has to pull up.
static esp_err_t wakeBy(gpio_num_t pin)
{
#if SOC_PM_SUPPORT_EXT0_WAKEUP
	// Some pins have none: that is the board's then.
	rtc_gpio_pulldown_dis(pin);
	rtc_gpio_pullup_en(pin);
	esp_sleep_pd_config(ESP_PD_DOMAIN_RTC_PERIPH, ESP_PD_OPTION_ON);
	return esp_sleep_enable_ext0_wakeup(pin, 0);
#else
	// ESP-IDF switches it on as the sleep begins.
	return esp_sleep_enable_gpio_wakeup_on_hp_periph_powerdown(1ull << pin, ESP_GPIO_WAKEUP_GPIO_LOW);
#endif
}

// ms, 1 to 4294967295, and a pin or undefined. Does not return.
void xs_deep_sleep_start(xsMachine *the)
{
	double duration = xsmcToNumber(xsArg(0));

	if (!((duration >= 1) && (duration <= UINT32_MAX)))
		xsRangeError("no duration");
	esp_sleep_disable_wakeup_source(ESP_SLEEP_WAKEUP_ALL);
	// The pin 0 is one, too.
	if ((xsmcArgc > 1) && (xsUndefinedType != xsmcTypeOf(xsArg(1)))) {
		gpio_num_t pin = (gpio_num_t)xsmcToInteger(xsArg(1));

		if (!canWake(pin))
			xsRangeError("pin %d cannot wake the chip", (int)pin);
		if (ESP_OK != wakeBy(pin))
			xsUnknownError("pin %d cannot wake the chip", (int)pin);
	}
	if (ESP_OK != esp_sleep_enable_timer_wakeup((uint64_t)(duration * kMicroseconds)))
		xsUnknownError("no such duration");
	esp_wifi_stop();
	gBegin = esp_rtc_get_time_us();
	gAsleep = kAsleep;
	esp_deep_sleep_start();
}

void xs_deep_sleep_can_wake(xsMachine *the)
{
	xsmcSetBoolean(xsResult, canWake(xsmcToInteger(xsArg(0))));
}

// Of the sleep that has just ended: ms asleep, ms since its end, or whether a pin has ended it; undefined: there was none.
void xs_deep_sleep_ended(xsMachine *the)
{
	uint32_t causes = esp_sleep_get_wakeup_causes();
	bool byTimer = causes & (1u << ESP_SLEEP_WAKEUP_TIMER), byPin = causes & kWokenByPin;
	uint64_t now = esp_rtc_get_time_us(), awake = (uint64_t)esp_timer_get_time();

	if ((kAsleep != gAsleep) || !(byTimer || byPin))
		return;
	switch (xsmcToInteger(xsArg(0))) {
		case kSlept:
			if (now < gBegin + awake)
				now = gBegin + awake;
			xsmcSetNumber(xsResult, (double)((now - gBegin - awake) / kMicroseconds));
			break;
		case kBoot:
			xsmcSetNumber(xsResult, (double)(awake / kMicroseconds));
			break;
		case kByPin:
			xsmcSetBoolean(xsResult, byPin && !byTimer);
			break;
	}
}

// Any other start must not take this sleep for its own.
void xs_deep_sleep_forget(xsMachine *the)
{
	gAsleep = 0;
}
