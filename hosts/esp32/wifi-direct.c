// SPDX-License-Identifier: MIT

// Joins one access point whose channel is known. The SDK's `connect` scans all channels first, whatever it is
// given; the events that follow are its own.

#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include <string.h>

#include "esp_wifi.h"

enum { kBSSIDLength = 6 };

static int32_t digitOf(char letter)
{
	if ((letter >= '0') && (letter <= '9')) return letter - '0';
	if ((letter >= 'a') && (letter <= 'f')) return letter - 'a' + 10;
	if ((letter >= 'A') && (letter <= 'F')) return letter - 'A' + 10;
	return -1;
}

// "aa:bb:cc:dd:ee:ff"; false: it is none.
static bool readBSSID(const char *text, uint8_t *bytes)
{
	for (int32_t i = 0; i < kBSSIDLength; i++, text += 2) {
		int32_t high = digitOf(text[0]), low = (high < 0) ? -1 : digitOf(text[1]);

		if (low < 0)
			return false;
		bytes[i] = (uint8_t)((high << 4) | low);
		if ((i < kBSSIDLength - 1) && (':' != text[2]))
			return false;
		if (i < kBSSIDLength - 1)
			text++;
	}
	return 0 == *text;
}

// SSID, password or "", channel, BSSID.
void xs_wifi_direct(xsMachine *the)
{
	wifi_config_t config = {0};
	wifi_sta_config_t *station = &config.sta;
	char text[64 + 1];
	int32_t channel = xsmcToInteger(xsArg(2));
	esp_err_t result;

	if ((channel < 1) || (channel > 13))
		xsRangeError("invalid channel");
	xsmcToStringBuffer(xsArg(3), text, sizeof(text));
	if (!readBSSID(text, station->bssid))
		xsRangeError("invalid BSSID");
	xsmcToStringBuffer(xsArg(0), text, sizeof(station->ssid) + 1);
	memcpy(station->ssid, text, strlen(text));
	xsmcToStringBuffer(xsArg(1), text, sizeof(text));
	memcpy(station->password, text, strlen(text));
	station->bssid_set = true;
	station->channel = (uint8_t)channel;
	station->scan_method = WIFI_FAST_SCAN;

	result = esp_wifi_set_config(WIFI_IF_STA, &config);
	if (ESP_OK == result)
		result = esp_wifi_connect();
	memset(text, 0, sizeof(text));
	memset(&config, 0, sizeof(config));
	if (ESP_OK != result)
		xsUnknownError("connect failed: ESP-IDF says 0x%x", result);
}
