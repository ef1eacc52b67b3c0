// SPDX-License-Identifier: MIT

// The two slots for the firmware, by ESP-IDF's app_update. One update at a time.

#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include "esp_err.h"
#include "esp_ota_ops.h"
#include "sdkconfig.h"

static esp_ota_handle_t gHandle;
static const esp_partition_t *gTarget;

static void check(xsMachine *the, esp_err_t result, const char *what)
{
	if (ESP_OK != result)
		xsUnknownError("%s: ESP-IDF says 0x%x", what, result);
}

// Number of the slot that runs; -1: it is no slot, as there is only one place.
void xs_slots_running(xsMachine *the)
{
	const esp_partition_t *running = esp_ota_get_running_partition();
	int slot = running ? (int)running->subtype - ESP_PARTITION_SUBTYPE_APP_OTA_MIN : -1;

	xsmcSetInteger(xsResult, (slot >= 0) && (slot < 16) ? slot : -1);
}

// Bytes of the other slot; 0: there is none.
void xs_slots_size(xsMachine *the)
{
	const esp_partition_t *next = esp_ota_get_next_update_partition(NULL);

	xsmcSetInteger(xsResult, next ? (int)next->size : 0);
}

// Number of the chip in the header of its images.
void xs_slots_chip(xsMachine *the)
{
	xsmcSetInteger(xsResult, CONFIG_IDF_FIRMWARE_CHIP_ID);
}

void xs_slots_is_on_trial(xsMachine *the)
{
	const esp_partition_t *running = esp_ota_get_running_partition();
	esp_ota_img_states_t state;
	int isOnTrial = running && (ESP_OK == esp_ota_get_state_partition(running, &state))
		&& (ESP_OTA_IMG_PENDING_VERIFY == state);

	xsmcSetBoolean(xsResult, isOnTrial);
}

void xs_slots_begin(xsMachine *the)
{
	if (gTarget)
		xsUnknownError("an update is being written");
	const esp_partition_t *next = esp_ota_get_next_update_partition(NULL);
	if (!next)
		xsUnknownError("there is one slot only");
	// Erased sector by sector, as the bytes come.
	check(the, esp_ota_begin(next, OTA_WITH_SEQUENTIAL_WRITES, &gHandle), "the slot cannot be opened");
	gTarget = next;
}

void xs_slots_write(xsMachine *the)
{
	void *bytes;
	xsUnsignedValue length;

	if (!gTarget)
		xsUnknownError("no update is being written");
	xsmcGetBufferReadable(xsArg(0), &bytes, &length);
	check(the, esp_ota_write(gHandle, bytes, length), "the slot cannot be written");
}

void xs_slots_complete(xsMachine *the)
{
	const esp_partition_t *target = gTarget;

	if (!target)
		xsUnknownError("no update is being written");
	gTarget = NULL;
	check(the, esp_ota_end(gHandle), "it is no image that can start");
	check(the, esp_ota_set_boot_partition(target), "the next start cannot be from it");
}

void xs_slots_abort(xsMachine *the)
{
	if (gTarget)
		esp_ota_abort(gHandle);
	gTarget = NULL;
}

void xs_slots_confirm(xsMachine *the)
{
	check(the, esp_ota_mark_app_valid_cancel_rollback(), "the firmware cannot be confirmed");
}
