// SPDX-License-Identifier: MIT

// As much of ESP-IDF, and of what the SDK has beside the engine, as our code in C uses. Each call is noted, and returns
// what the test has said.

#pragma once
#include "engine.h"

// --- errors, attributes, locks

typedef int esp_err_t;
#define ESP_OK (0)
#define ESP_ERR_NO_MEM (0x101)
#define ESP_ERR_TIMEOUT (0x107)
// A section that no start of the program clears.
#define RTC_NOINIT_ATTR __attribute__((section("rtc_noinit")))
#define IRAM_ATTR

extern bool gIsLocked;
typedef int portMUX_TYPE;
#define portMUX_INITIALIZER_UNLOCKED 0
void lock(bool isLocked);
#define portENTER_CRITICAL(it) ((void)*(it), lock(true))
#define portEXIT_CRITICAL(it) ((void)*(it), lock(false))
#define builtinCriticalSectionBegin() lock(true)
#define builtinCriticalSectionEnd() lock(false)
#define portENTER_CRITICAL_ISR(it) portENTER_CRITICAL(it)
#define portEXIT_CRITICAL_ISR(it) portEXIT_CRITICAL(it)

// What a test sets with "set NAME VALUE".
typedef struct {
	// µs.
	double rtc, awake;
	double causes, reason;
	// Address of the station, -1: it has no network.
	double station;
	// ms until the access point has started.
	double start;
	double country;
	double state, subtype, slots;
	double busy, queue;
} World;
extern World gWorld;

// --- sleep

typedef int gpio_num_t;
enum { GPIO_NUM_MAX = 40 };
enum { ESP_SLEEP_WAKEUP_ALL = 1, ESP_SLEEP_WAKEUP_EXT0 = 2, ESP_SLEEP_WAKEUP_TIMER = 4, ESP_SLEEP_WAKEUP_GPIO = 7 };
#define told(name, ...) (note(name __VA_ARGS__), resultOf(name))
#ifdef CONFIG_IDF_TARGET_ESP32C3
enum { ESP_GPIO_WAKEUP_GPIO_LOW, ESP_GPIO_WAKEUP_GPIO_HIGH };
static inline bool esp_sleep_is_valid_wakeup_gpio(gpio_num_t pin) { return (pin >= 0) && (pin <= 5); }
static inline esp_err_t esp_sleep_enable_gpio_wakeup_on_hp_periph_powerdown(uint64_t pins, int level) { return told("esp_sleep_enable_gpio_wakeup_on_hp_periph_powerdown", " %llx %d", (unsigned long long)pins, level); }
#else
#define SOC_PM_SUPPORT_EXT0_WAKEUP (1)
enum { ESP_PD_DOMAIN_RTC_PERIPH };
enum { ESP_PD_OPTION_OFF, ESP_PD_OPTION_ON };
// As in ESP-IDF: it looks into a table without a look at whether the number is negative.
extern const int8_t gPinsOfRTC[GPIO_NUM_MAX];
static inline bool esp_sleep_is_valid_wakeup_gpio(gpio_num_t pin) { return (pin < GPIO_NUM_MAX) && (gPinsOfRTC[pin] >= 0); }
static inline esp_err_t rtc_gpio_pulldown_dis(gpio_num_t pin) { return told("rtc_gpio_pulldown_dis", " %d", pin); }
static inline esp_err_t rtc_gpio_pullup_en(gpio_num_t pin) { return told("rtc_gpio_pullup_en", " %d", pin); }
static inline esp_err_t esp_sleep_pd_config(int domain, int option) { return told("esp_sleep_pd_config", " %d %d", domain, option); }
static inline esp_err_t esp_sleep_enable_ext0_wakeup(gpio_num_t pin, int level) { return told("esp_sleep_enable_ext0_wakeup", " %d %d", pin, level); }
#endif
static inline esp_err_t esp_sleep_disable_wakeup_source(int source) { return told("esp_sleep_disable_wakeup_source", " %d", source); }
static inline esp_err_t esp_sleep_enable_timer_wakeup(uint64_t us) { return told("esp_sleep_enable_timer_wakeup", " %llu", (unsigned long long)us); }
static inline uint32_t esp_sleep_get_wakeup_causes(void) { return (uint32_t)gWorld.causes; }
static inline uint64_t esp_rtc_get_time_us(void) { return (uint64_t)gWorld.rtc; }
static inline int64_t esp_timer_get_time(void) { return (int64_t)gWorld.awake; }
static inline void esp_deep_sleep_start(void) { throwError("asleep", "%s", ""); }

// --- resets

enum { ESP_RST_UNKNOWN, ESP_RST_POWERON, ESP_RST_EXT, ESP_RST_SW };
static inline int esp_reset_reason(void) { return (int)gWorld.reason; }
static inline void esp_restart(void) { throwError("restart", "%s", ""); }

// --- Wi-Fi

typedef enum { WIFI_MODE_NULL, WIFI_MODE_STA, WIFI_MODE_AP, WIFI_MODE_APSTA } wifi_mode_t;
typedef enum { WIFI_IF_STA, WIFI_IF_AP } wifi_interface_t;
enum { WIFI_AUTH_OPEN, WIFI_AUTH_WPA2_PSK = 3 };
enum { WIFI_FAST_SCAN, WIFI_ALL_CHANNEL_SCAN };
enum { WIFI_SECOND_CHAN_NONE };
typedef struct { bool capable, required; } wifi_pmf_config_t;
typedef struct {
	uint8_t ssid[32], password[64];
	int scan_method;
	bool bssid_set;
	uint8_t bssid[6];
	uint8_t channel;
} wifi_sta_config_t;
typedef struct {
	uint8_t ssid[32], password[64], ssid_len, channel;
	int authmode;
	uint8_t max_connection;
	uint16_t beacon_interval;
	wifi_pmf_config_t pmf_cfg;
} wifi_ap_config_t;
typedef union { wifi_ap_config_t ap; wifi_sta_config_t sta; } wifi_config_t;
static inline esp_err_t esp_wifi_set_mode(wifi_mode_t mode) { return told("esp_wifi_set_mode", " %d", mode); }
static inline esp_err_t esp_wifi_connect(void) { return told("esp_wifi_connect"); }
static inline esp_err_t esp_wifi_stop(void) { return told("esp_wifi_stop"); }
esp_err_t esp_wifi_set_config(wifi_interface_t interface, wifi_config_t *config);

// Frames of others.
typedef enum { WIFI_PKT_MGMT, WIFI_PKT_CTRL, WIFI_PKT_DATA, WIFI_PKT_MISC } wifi_promiscuous_pkt_type_t;
typedef struct {
	struct { int8_t rssi; uint32_t rx_state, sig_len; } rx_ctrl;
	uint8_t payload[];
} wifi_promiscuous_pkt_t;
typedef struct { uint32_t filter_mask; } wifi_promiscuous_filter_t;
enum { WIFI_PROMIS_FILTER_MASK_MGMT = 1, WIFI_PROMIS_FILTER_MASK_CTRL = 2, WIFI_PROMIS_FILTER_MASK_DATA = 4 };
#define WIFI_PROMIS_CTRL_FILTER_MASK_ALL (0xff800000)
typedef enum { WIFI_COUNTRY_POLICY_AUTO, WIFI_COUNTRY_POLICY_MANUAL } wifi_country_policy_t;
typedef struct { char cc[3]; uint8_t schan, nchan; int8_t max_tx_power; wifi_country_policy_t policy; } wifi_country_t;
typedef void (*wifi_promiscuous_cb_t)(void *, wifi_promiscuous_pkt_type_t);
extern wifi_promiscuous_cb_t gOnFrame;
static inline esp_err_t esp_wifi_set_promiscuous_rx_cb(wifi_promiscuous_cb_t on) { gOnFrame = on; return told("esp_wifi_set_promiscuous_rx_cb"); }
static inline esp_err_t esp_wifi_set_promiscuous_filter(const wifi_promiscuous_filter_t *it) { return told("esp_wifi_set_promiscuous_filter", " %x", (unsigned)it->filter_mask); }
static inline esp_err_t esp_wifi_set_promiscuous_ctrl_filter(const wifi_promiscuous_filter_t *it) { return told("esp_wifi_set_promiscuous_ctrl_filter", " %x", (unsigned)it->filter_mask); }
static inline esp_err_t esp_wifi_set_promiscuous(bool on) { return told("esp_wifi_set_promiscuous", " %d", on); }
static inline esp_err_t esp_wifi_set_channel(uint8_t channel, int second) { return told("esp_wifi_set_channel", " %d %d", channel, second); }
static inline esp_err_t esp_wifi_get_country(wifi_country_t *it)
{
	*it = (wifi_country_t){.cc = "01", .schan = 1, .nchan = (uint8_t)gWorld.country};
	return resultOf("esp_wifi_get_country");
}
static inline esp_err_t esp_wifi_set_country(const wifi_country_t *it)
{
	note("esp_wifi_set_country %d-%d", it->schan, it->schan + it->nchan - 1);
	int result = resultOf("esp_wifi_set_country");
	if (!result) gWorld.country = it->nchan;
	return result;
}

// --- networks

typedef struct { uint32_t addr; } esp_ip4_addr_t;
typedef struct { esp_ip4_addr_t ip, netmask, gw; } esp_netif_ip_info_t;
typedef struct { const esp_netif_ip_info_t *ip_info; } esp_netif_inherent_config_t;
typedef struct { const esp_netif_inherent_config_t *base; } esp_netif_config_t;
typedef struct { esp_netif_ip_info_t info; } esp_netif_t;
#define ESP_NETIF_INHERENT_DEFAULT_WIFI_AP() {NULL}
#define ESP_NETIF_DEFAULT_WIFI_AP() {NULL}
static inline uint32_t esp_netif_htonl(uint32_t it) { return __builtin_bswap32(it); }
#define CHECK_NETWORK_SAFE() do { if (!esp_netif_get_default_netif()) xsUnknownError("no network"); } while (0)
esp_netif_t *esp_netif_get_handle_from_ifkey(const char *key);
esp_err_t esp_netif_get_ip_info(esp_netif_t *network, esp_netif_ip_info_t *info);
esp_netif_t *esp_netif_new(const esp_netif_config_t *config);
void esp_netif_destroy_default_wifi(void *network);
static inline bool esp_netif_is_netif_up(esp_netif_t *it) { (void)it; return gWorld.start <= 0; }
esp_netif_t *esp_netif_get_default_netif(void);
#define pdMS_TO_TICKS(ms) (ms)
static inline void vTaskDelay(int ticks) { note("vTaskDelay %d", ticks); gWorld.start -= ticks; }
char *esp_ip4addr_ntoa(const esp_ip4_addr_t *address, char *text, int size);
static inline esp_err_t esp_netif_attach_wifi_ap(esp_netif_t *it) { (void)it; return told("esp_netif_attach_wifi_ap"); }
static inline esp_err_t esp_wifi_set_default_wifi_ap_handlers(void) { return told("esp_wifi_set_default_wifi_ap_handlers"); }

// --- updates

#define CONFIG_IDF_FIRMWARE_CHIP_ID (0)
enum { ESP_PARTITION_SUBTYPE_APP_FACTORY = 0, ESP_PARTITION_SUBTYPE_APP_OTA_MIN = 0x10 };
typedef enum { ESP_OTA_IMG_NEW, ESP_OTA_IMG_PENDING_VERIFY, ESP_OTA_IMG_VALID } esp_ota_img_states_t;
typedef struct { int subtype; uint32_t size; } esp_partition_t;
typedef uint32_t esp_ota_handle_t;
#define OTA_WITH_SEQUENTIAL_WRITES (0xfffffffe)
const esp_partition_t *esp_ota_get_running_partition(void);
const esp_partition_t *esp_ota_get_next_update_partition(const esp_partition_t *from);
static inline esp_err_t esp_ota_get_state_partition(const esp_partition_t *it, esp_ota_img_states_t *state)
{
	(void)it;
	*state = (esp_ota_img_states_t)gWorld.state;
	return resultOf("esp_ota_get_state_partition");
}
static inline esp_err_t esp_ota_begin(const esp_partition_t *it, size_t size, esp_ota_handle_t *handle)
{
	*handle = 7;
	return told("esp_ota_begin", " %x %zx", it->subtype, size);
}
esp_err_t esp_ota_write(esp_ota_handle_t handle, const void *bytes, size_t count);
static inline esp_err_t esp_ota_end(esp_ota_handle_t handle) { return told("esp_ota_end", " %u", handle); }
static inline esp_err_t esp_ota_abort(esp_ota_handle_t handle) { return told("esp_ota_abort", " %u", handle); }
static inline esp_err_t esp_ota_set_boot_partition(const esp_partition_t *it) { return told("esp_ota_set_boot_partition", " %x", it->subtype); }
static inline esp_err_t esp_ota_mark_app_valid_cancel_rollback(void) { return told("esp_ota_mark_app_valid_cancel_rollback"); }

// --- pins, pulses, timers, and messages to the engine

enum { GPIO_MODE_INPUT_OUTPUT_OD = 7 };
#define GPIO_IS_VALID_OUTPUT_GPIO(pin) ((pin) < 34)
#define builtinGetPin(the, slot) ((uint32_t)integerOf(*(slot)))
#define builtinIsPinFree(pin) ((double)(pin) != gWorld.busy)
#define builtinUsePin(pin) note("use %u", (unsigned)(pin))
#define builtinFreePin(pin) note("free %u", (unsigned)(pin))
static inline esp_err_t gpio_set_level(gpio_num_t pin, int level) { return told("gpio_set_level", " %d %d", pin, level); }
static inline esp_err_t gpio_set_direction(gpio_num_t pin, int mode) { return told("gpio_set_direction", " %d %d", pin, mode); }
static inline esp_err_t gpio_reset_pin(gpio_num_t pin) { return told("gpio_reset_pin", " %d", pin); }

typedef struct { uint16_t duration0 : 15, level0 : 1, duration1 : 15, level1 : 1; } rmt_symbol_word_t;
typedef struct { int unused; } *rmt_channel_handle_t;
typedef struct { rmt_symbol_word_t *received_symbols; size_t num_symbols; } rmt_rx_done_event_data_t;
typedef bool (*rmt_rx_done_callback_t)(rmt_channel_handle_t, const rmt_rx_done_event_data_t *, void *);
typedef struct { rmt_rx_done_callback_t on_recv_done; } rmt_rx_event_callbacks_t;
typedef struct { gpio_num_t gpio_num; int clk_src; uint32_t resolution_hz; size_t mem_block_symbols; } rmt_rx_channel_config_t;
typedef struct { uint32_t signal_range_min_ns, signal_range_max_ns; } rmt_receive_config_t;
enum { RMT_CLK_SRC_DEFAULT };
extern rmt_rx_done_callback_t gOnReceived;
extern rmt_symbol_word_t *gSymbols;
extern size_t gSymbolsSize;
static inline esp_err_t rmt_new_rx_channel(const rmt_rx_channel_config_t *it, rmt_channel_handle_t *channel)
{
	*channel = NULL;
	return told("rmt_new_rx_channel", " %d", it->gpio_num);
}
static inline esp_err_t rmt_rx_register_event_callbacks(rmt_channel_handle_t channel, const rmt_rx_event_callbacks_t *it, void *data)
{
	(void)channel;
	(void)data;
	gOnReceived = it->on_recv_done;
	return told("rmt_rx_register_event_callbacks");
}
static inline esp_err_t rmt_receive(rmt_channel_handle_t channel, rmt_symbol_word_t *symbols, size_t size, const rmt_receive_config_t *it)
{
	(void)channel;
	(void)it;
	gSymbols = symbols;
	gSymbolsSize = size;
	return told("rmt_receive");
}
static inline esp_err_t rmt_enable(rmt_channel_handle_t it) { (void)it; return told("rmt_enable"); }
static inline esp_err_t rmt_disable(rmt_channel_handle_t it) { (void)it; return told("rmt_disable"); }
static inline esp_err_t rmt_del_channel(rmt_channel_handle_t it) { (void)it; return told("rmt_del_channel"); }

typedef void (*esp_timer_cb_t)(void *);
typedef struct { esp_timer_cb_t callback; const char *name; } esp_timer_create_args_t;
typedef struct { esp_timer_cb_t callback; } *esp_timer_handle_t;
extern esp_timer_cb_t gOnTimer;
static inline esp_err_t esp_timer_create(const esp_timer_create_args_t *it, esp_timer_handle_t *handle)
{
	static esp_timer_cb_t timer;
	gOnTimer = timer = it->callback;
	*handle = (esp_timer_handle_t)&timer;
	return told("esp_timer_create");
}
static inline esp_err_t esp_timer_start_once(esp_timer_handle_t it, uint64_t us) { (void)it; return told("esp_timer_start_once", " %llu", (unsigned long long)us); }
static inline esp_err_t esp_timer_stop(esp_timer_handle_t it) { (void)it; return told("esp_timer_stop"); }

typedef void (*modMessageDeliver)(void *machine, void *refcon, uint8_t *message, uint16_t size);
int modMessagePostToMachine(xsMachine *the, uint8_t *message, uint16_t size, modMessageDeliver deliver, void *refcon);
int modMessagePostToMachineFromISR(xsMachine *the, modMessageDeliver deliver, void *refcon);

// --- memory

enum { MALLOC_CAP_8BIT };
static inline size_t heap_caps_get_free_size(int caps) { (void)caps; return 90000; }
static inline size_t heap_caps_get_minimum_free_size(int caps) { (void)caps; return 40000; }
static inline uint32_t uxTaskGetStackHighWaterMark(void *task) { (void)task; return 512; }
