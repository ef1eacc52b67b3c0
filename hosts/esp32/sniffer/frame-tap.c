// SPDX-License-Identifier: MIT

// Other people's Wi-Fi frames, by the promiscuous mode of ESP-IDF. Its callback runs in the task of
// the Wi-Fi driver: it copies a header into the ring and returns. It posts no message, because the
// queue of XS has ten places and a task that posts waits for one; JavaScript empties the ring.

#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include "esp_err.h"
#include "esp_wifi.h"

#include "frame-ring.h"

#define kLastChannel (13)
// Frame check sequence, which ESP-IDF counts and does not hand over.
#define kCheckSequence (4)

static FrameRing gRing;

// Used by the task of XS alone.
static struct {
	bool isOpen;
	bool isWidened;
	// From before the channels were widened.
	wifi_country_t country;
	// Frames that had been turned away when listening began.
	uint32_t missed;
} gTap;

static void onFrame(void *buffer, wifi_promiscuous_pkt_type_t type)
{
	const wifi_promiscuous_pkt_t *packet = buffer;
	uint32_t length = packet->rx_ctrl.sig_len;

	// Of frames of several antennas there is no payload, and nothing good in a broken one.
	if ((WIFI_PKT_MISC == type) || packet->rx_ctrl.rx_state || (length <= kCheckSequence))
		return;
	putFrame(&gRing, packet->payload, length - kCheckSequence, packet->rx_ctrl.rssi);
}

static esp_err_t startListening(void)
{
	const wifi_promiscuous_filter_t kinds = {
		.filter_mask = WIFI_PROMIS_FILTER_MASK_MGMT | WIFI_PROMIS_FILTER_MASK_CTRL | WIFI_PROMIS_FILTER_MASK_DATA,
	};
	const wifi_promiscuous_filter_t control = {
		.filter_mask = WIFI_PROMIS_CTRL_FILTER_MASK_ALL,
	};
	esp_err_t err = esp_wifi_set_promiscuous_rx_cb(onFrame);
	if (!err)
		err = esp_wifi_set_promiscuous_filter(&kinds);
	if (!err)
		err = esp_wifi_set_promiscuous_ctrl_filter(&control);
	if (!err)
		err = esp_wifi_set_promiscuous(true);
	return err;
}

static void stopListening(void)
{
	// Back into the country's range first, while that is still allowed.
	if (gTap.isWidened)
		esp_wifi_set_channel(gTap.country.schan, WIFI_SECOND_CHAN_NONE);
	esp_wifi_set_promiscuous(false);
	if (gTap.isWidened)
		esp_wifi_set_country(&gTap.country);
	gTap.isWidened = false;
}

// Without a country ESP-IDF refuses the channels 12 and 13, on which many may not send. Listening is
// no sending, and the station is off.
static esp_err_t permitChannel(uint8_t channel)
{
	wifi_country_t country;
	esp_err_t err = esp_wifi_get_country(&country);
	if (err || ((channel >= country.schan) && (channel < country.schan + country.nchan)))
		return err;

	if (!gTap.isWidened)
		gTap.country = country;
	gTap.isWidened = true;
	country.schan = 1;
	country.nchan = kLastChannel;
	country.policy = WIFI_COUNTRY_POLICY_MANUAL;
	return esp_wifi_set_country(&country);
}

void xs_frames_open(xsMachine *the)
{
	if (gTap.isOpen)
		xsUnknownError("somebody listens already");

	esp_err_t err = startListening();
	// The SDK leaves the names of ESP-IDF's errors out of the build; esp_err.h and esp_wifi.h have them.
	if (err) {
		stopListening();
		xsUnknownError("error 0x%x of ESP-IDF", err);
	}
	gTap.isOpen = true;
}

void xs_frames_tune(xsMachine *the)
{
	xsIntegerValue number = xsmcToInteger(xsArg(0));
	if ((number < 1) || (number > kLastChannel))
		xsRangeError("no channel");
	uint8_t channel = (uint8_t)number;

	// It is refused as long as a scan or a connection is being ended.
	if (!gTap.isOpen || permitChannel(channel) || esp_wifi_set_channel(channel, WIFI_SECOND_CHAN_NONE)) {
		xsmcSetFalse(xsResult);
		return;
	}
	// What came before is of another channel.
	dropFrames(&gRing);
	gTap.missed = missedFrames(&gRing);
	xsmcSetTrue(xsResult);
}

void xs_frames_read(xsMachine *the)
{
	void *header;
	xsUnsignedValue size;
	FrameRecord record;

	xsmcGetBufferWritable(xsArg(0), &header, &size);
	if (size < kFrameHeader)
		xsRangeError("no room");
	if (!takeFrame(&gRing, &record))
		return;
	c_memcpy(header, record.header, kFrameHeader);
	xsmcSetInteger(xsResult, record.RSSI);
}

void xs_frames_missed(xsMachine *the)
{
	xsmcSetInteger(xsResult, (xsIntegerValue)(missedFrames(&gRing) - gTap.missed));
}

void xs_frames_close(xsMachine *)
{
	if (!gTap.isOpen)
		return;
	stopListening();
	gTap.isOpen = false;
}
