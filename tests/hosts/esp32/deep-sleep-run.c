// SPDX-License-Identifier: MIT

// Runs hosts/esp32/deep-sleep.c with small stand-ins for the engine and ESP-IDF, whose headers are beside it.

#include <stdio.h>

#include "stand-ins.h"

#include "deep-sleep.c"

Slot gArguments[2];
Slot gResult;
int gCount;
jmp_buf gEnd;
const char *gThrown;

static Fake fake;
Fake *gFake = &fake;

static Slot call(void (*function)(xsMachine *), int count, double first, double second)
{
	gArguments[0] = (Slot){.kind = kNumber, .number = first};
	gArguments[1] = (Slot){.kind = kNumber, .number = second};
	gCount = count;
	gResult = (Slot){.kind = kUndefined};
	gThrown = NULL;
	if (0 == setjmp(gEnd))
		function(NULL);
	return gResult;
}

static void show(const char *name, Slot slot)
{
	if (gThrown) printf("\"%s\":\"%s\",", name, gThrown);
	else if (kUndefined == slot.kind) printf("\"%s\":null,", name);
	else if (kBoolean == slot.kind) printf("\"%s\":%s,", name, slot.number ? "true" : "false");
	else printf("\"%s\":%.0f,", name, slot.number);
	gThrown = NULL;
}

static void showEnd(const char *name)
{
	char text[40];
	static const char *const kinds[] = {"slept", "boot", "byPin"};
	for (int i = 0; i < 3; i++) {
		snprintf(text, sizeof(text), "%s %s", name, kinds[i]);
		show(text, call(xs_deep_sleep_ended, 1, i, 0));
	}
}

int main(void)
{
	printf("{");
	// What is in the memory when power comes on, with the cause of a start that is no wake.
	gBegin = 0x5555555555555555;
	gAsleep = 0x55555555;
	showEnd("power-on");
	show("pin 27", call(xs_deep_sleep_can_wake, 1, 27, 0));
	show("pin 21", call(xs_deep_sleep_can_wake, 1, 21, 0));
	show("no time", call(xs_deep_sleep_start, 1, 0, 0));
	show("not a number", call(xs_deep_sleep_start, 1, 0.0 / 0.0, 0));
	show("wrong pin", call(xs_deep_sleep_start, 2, 1000, 21));
	show("asleep after a refusal", (Slot){.kind = kBoolean, .number = kAsleep == gAsleep});

	fake.rtc = 5000000;
	show("sleep", call(xs_deep_sleep_start, 2, 300000, 27));
	show("timer", (Slot){.kind = kNumber, .number = (double)fake.wakeAfter});
	show("pull-up", (Slot){.kind = kNumber, .number = fake.pulledUp});
	show("ext0", (Slot){.kind = kNumber, .number = fake.wakePin});
	show("wifi", (Slot){.kind = kBoolean, .number = fake.isWiFiStopped});

	fake.rtc = 5000000 + 300000000 + 250000;
	fake.awake = 250000;
	fake.causes = 1u << ESP_SLEEP_WAKEUP_TIMER;
	showEnd("timer");
	fake.causes = 1u << ESP_SLEEP_WAKEUP_EXT0;
	showEnd("pin");
	// A clock that was slower than the start.
	fake.rtc = 5100000;
	showEnd("short");
	call(xs_deep_sleep_forget, 0, 0, 0);
	showEnd("forgotten");
	fake.wakePin = -1;
	show("without pin", call(xs_deep_sleep_start, 1, 60000, 0));
	show("no ext0", (Slot){.kind = kNumber, .number = fake.wakePin});
	printf("\"end\":null}\n");
	return 0;
}
