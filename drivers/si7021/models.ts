// SPDX-License-Identifier: MIT

/** One chip of the family: how long it measures, and what there is to correct. */
export interface Model {
  readonly name: string;
  /** ms at most for 14 bits of temperature and 12 bits of humidity. */
  readonly temperatureTime: number;
  readonly humidityTime: number;
  /** Percent for each °C below 25 by which the humidity comes out too high. */
  readonly correction: number;
}

function modelOf(name: string, times: readonly [number, number], correction: number): Model {
  const [temperatureTime, humidityTime] = times;
  return Object.freeze({ name, temperatureTime, humidityTime, correction });
}

/** Si7021-A20 rev. 1.1, table 2: humidity comes with a temperature. */
const siTimes = Object.freeze([11, 23] as const);

/** By the first byte of the second half of the electronic id. */
const models: Readonly<Record<number, Model>> = Object.freeze({
  13: modelOf("Si7013", siTimes, 0),
  20: modelOf("Si7020", siTimes, 0),
  21: modelOf("Si7021", siTimes, 0),
  // HTU21D(F) May 2017, page 3; its id is not in the data sheet.
  50: modelOf("HTU21D", [50, 16], 0.15),
  49: modelOf("SHT21", [85, 29], 0.15),
});

/** One that does not tell its id: the longest times of all. */
const family = modelOf("HTU21/SHT21", [85, 29], 0.15);

export function modelOfId(id: number | undefined): Model {
  return (id === undefined ? undefined : models[id]) ?? family;
}
