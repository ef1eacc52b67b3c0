// SPDX-License-Identifier: MIT

/** One command of an SCD4x (Sensirion SCD4x datasheet v1.7, table 9). */
export interface SCD4xCommand {
  readonly name: string;
  /** ms until it has been carried out. */
  readonly time: number;
  /** It takes a word and its checksum. */
  readonly takesWord?: true;
  /** Allowed while measuring periodically. */
  readonly anytime?: true;
  /** SCD41 and SCD43 only. */
  readonly notSCD40?: true;
}

const settings: readonly (readonly [name: string, set: number, get: number])[] = [
  ["offset", 0x241d, 0x2318],
  ["altitude", 0x2427, 0x2322],
  ["ASC", 0x2416, 0x2313],
  ["ASCTarget", 0x243a, 0x233f],
  ["initialPeriod", 0x2445, 0x2340],
  ["standardPeriod", 0x244e, 0x234b],
];

/** Names of the settings in EEPROM, by the commands that set and get them. */
export const settingOf: ReadonlyMap<number, string> = new Map(
  settings.flatMap(([name, set, get]) => [
    [set, name],
    [get, name],
  ]),
);

/** The commands by their code. E000 sets with a word, and gets without. */
export const commands: ReadonlyMap<number, SCD4xCommand> = new Map<number, SCD4xCommand>([
  [0x21b1, { name: "start_periodic_measurement", time: 0 }],
  [0x21ac, { name: "start_low_power_periodic_measurement", time: 0 }],
  [0x3f86, { name: "stop_periodic_measurement", time: 500, anytime: true }],
  [0xec05, { name: "read_measurement", time: 1, anytime: true }],
  [0xe4b8, { name: "get_data_ready_status", time: 1, anytime: true }],
  [0xe000, { name: "ambient_pressure", time: 1, anytime: true }],
  [0x362f, { name: "perform_forced_recalibration", time: 400, takesWord: true }],
  [0x3615, { name: "persist_settings", time: 800 }],
  [0x3682, { name: "get_serial_number", time: 1 }],
  [0x3639, { name: "perform_self_test", time: 10_000 }],
  [0x3632, { name: "perform_factory_reset", time: 1_200 }],
  [0x3646, { name: "reinit", time: 30 }],
  [0x202f, { name: "get_sensor_variant", time: 1 }],
  [0x219d, { name: "measure_single_shot", time: 5_000, notSCD40: true }],
  [0x2196, { name: "measure_single_shot_rht_only", time: 50, notSCD40: true }],
  [0x36e0, { name: "power_down", time: 1, notSCD40: true }],
  [0x36f6, { name: "wake_up", time: 30, notSCD40: true }],
  ...settings.flatMap(([name, set, get]): [number, SCD4xCommand][] => [
    [set, { name: `set ${name}`, time: 1, takesWord: true }],
    [get, { name: `get ${name}`, time: 1 }],
  ]),
]);
