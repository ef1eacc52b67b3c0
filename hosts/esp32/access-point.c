// SPDX-License-Identifier: MIT

// An access point beside the station of the SDK's Wi-Fi, which knows stations only. The radio is on when this is
// called, and its events are the SDK's; ESP-IDF's handlers start and stop the DHCP server.

#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include <string.h>

#include "esp_err.h"
#include "esp_netif.h"
#include "esp_wifi.h"
#include "esp_wifi_default.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

// As many as a family has phones; each takes memory of the driver.
#define kMaxGuests (4)

// The driver starts the network in a task of its own, in a few hundredths of a second.
#define kLook (10)
#define kLongestStart (1000)

static esp_netif_t *gNetwork;

static void check(xsMachine *the, esp_err_t result, const char *what)
{
	if (ESP_OK != result)
		xsUnknownError("%s: ESP-IDF says 0x%x", what, result);
}

// 192.168.4.1, unless that is in the network that the board has joined.
static uint32_t ownAddress(void)
{
	esp_netif_t *station = esp_netif_get_handle_from_ifkey("WIFI_STA_DEF");
	esp_netif_ip_info_t joined = {0};

	if (station && (ESP_OK == esp_netif_get_ip_info(station, &joined))
		&& (esp_netif_htonl(0xc0a80400) == (joined.ip.addr & esp_netif_htonl(0xffffff00))))
		return esp_netif_htonl(0xc0a80501);
	return esp_netif_htonl(0xc0a80401);
}

static esp_err_t createNetwork(void)
{
	esp_netif_inherent_config_t base = ESP_NETIF_INHERENT_DEFAULT_WIFI_AP();
	esp_netif_config_t config = ESP_NETIF_DEFAULT_WIFI_AP();
	esp_netif_ip_info_t address = {0};
	esp_err_t result;

	address.ip.addr = address.gw.addr = ownAddress();
	address.netmask.addr = esp_netif_htonl(0xffffff00);
	base.ip_info = &address;
	config.base = &base;
	gNetwork = esp_netif_new(&config);
	if (!gNetwork)
		return ESP_ERR_NO_MEM;
	result = esp_netif_attach_wifi_ap(gNetwork);
	return (ESP_OK == result) ? esp_wifi_set_default_wifi_ap_handlers() : result;
}

// Before it has started, the SDK's listener refuses to open: there is no network at all.
static esp_err_t awaitNetwork(void)
{
	for (int waited = 0; waited < kLongestStart; waited += kLook) {
		if (esp_netif_is_netif_up(gNetwork) && esp_netif_get_default_netif())
			return ESP_OK;
		vTaskDelay(pdMS_TO_TICKS(kLook));
	}
	return ESP_ERR_TIMEOUT;
}

static void removeNetwork(void)
{
	if (!gNetwork)
		return;
	esp_wifi_set_mode(WIFI_MODE_STA);
	esp_netif_destroy_default_wifi(gNetwork);
	gNetwork = NULL;
}

// SSID, and a password or undefined.
void xs_access_point_open(xsMachine *the)
{
	wifi_config_t config = {0};
	wifi_ap_config_t *ap = &config.ap;
	char text[64 + 1];
	esp_err_t result;

	if (gNetwork)
		xsUnknownError("the access point is open");
	xsmcToStringBuffer(xsArg(0), text, sizeof(ap->ssid) + 1);
	ap->ssid_len = (uint8_t)c_strlen(text);
	c_memcpy(ap->ssid, text, ap->ssid_len);
	ap->authmode = WIFI_AUTH_OPEN;
	if ((xsmcArgc > 1) && xsmcTest(xsArg(1))) {
		xsmcToStringBuffer(xsArg(1), text, sizeof(ap->password));
		c_memcpy(ap->password, text, c_strlen(text));
		ap->authmode = WIFI_AUTH_WPA2_PSK;
		ap->pmf_cfg.capable = true;
	}
	// The station's, where it has joined a network: there is one radio.
	ap->channel = 1;
	ap->max_connection = kMaxGuests;
	ap->beacon_interval = 100;

	result = createNetwork();
	if (ESP_OK == result)
		result = esp_wifi_set_mode(WIFI_MODE_APSTA);
	if (ESP_OK == result)
		result = esp_wifi_set_config(WIFI_IF_AP, &config);
	if (ESP_OK == result)
		result = awaitNetwork();
	memset(text, 0, sizeof(text));
	memset(&config, 0, sizeof(config));
	if (ESP_OK != result)
		removeNetwork();
	check(the, result, "no access point");
}

void xs_access_point_close(xsMachine *the)
{
	removeNetwork();
}

// Address of the board in its own network; undefined: there is none.
void xs_access_point_address(xsMachine *the)
{
	esp_netif_ip_info_t info;
	char text[16];

	if (gNetwork && (ESP_OK == esp_netif_get_ip_info(gNetwork, &info)))
		xsmcSetString(xsResult, esp_ip4addr_ntoa(&info.ip, text, sizeof(text)));
}
