// SPDX-License-Identifier: MIT

import { basename, join } from "node:path";
import type { Machine } from "./machine.ts";

/** A serial port that may be a board's. */
export interface BoardPort {
  /** Such as /dev/ttyUSB0. */
  readonly path: string;
  /** Maker and chip of its USB side, where the system says so. */
  readonly name: string | undefined;
  /** This user may open it. */
  readonly isAllowed: boolean;
}

/** USB serial ports: CP210x, CH340, FTDI, and chips with USB of their own. */
const portNames = {
  linux: /^tty(USB|ACM)\d+$/,
  wsl: /^tty(USB|ACM)\d+$/,
  macos: /^cu\.(usbserial|usbmodem|SLAB_USBtoUART|wchusbserial)/,
} as const;

/** All that there are. The files in /dev tell it; the package `serialport` wants udev for that. */
export function boardPorts(machine: Machine): readonly BoardPort[] {
  const names = machine.list("/dev").filter((name) => portNames[machine.system].test(name));
  return names.map((name) => {
    const path = join("/dev", name);
    return { path, name: usbName(machine, name), isAllowed: machine.isAllowed(path) };
  });
}

function usbName(machine: Machine, name: string): string | undefined {
  // The folder of the USB device is two above that of the port, and has files with its names.
  for (const above of ["device/../..", "device/.."]) {
    const folder = `/sys/class/tty/${name}/${above}`;
    const product = machine.read(`${folder}/product`)?.trim();
    if (product) return product;
  }
  return undefined;
}

export type ChosenPort =
  | { readonly path: string }
  /** One line that says what to do. */
  | { readonly problem: string };

/** The port that is wanted, or the only one there is. */
export function choosePort(machine: Machine, wanted: string | undefined): ChosenPort {
  if (wanted !== undefined) {
    if (!machine.exists(wanted)) return { problem: `there is no ${wanted}; ${portsText(machine)}` };
    if (!machine.isAllowed(wanted)) return { problem: deniedText(machine, wanted) };
    return { path: wanted };
  }
  const ports = boardPorts(machine);
  const [port, ...others] = ports;
  if (!port) return { problem: portsText(machine) };
  if (others.length > 0) return { problem: `which one? ${portsText(machine)}: give --port` };
  return port.isAllowed ? { path: port.path } : { problem: deniedText(machine, port.path) };
}

/** What the ports are called, for people. */
export function portsText(machine: Machine): string {
  const ports = boardPorts(machine);
  if (ports.length === 0) return `no board is plugged in; ${noPortHint(machine)}`;
  return `there ${ports.length === 1 ? "is" : "are"} ${ports.map(portText).join(" and ")}`;
}

export function portText({ path, name }: BoardPort): string {
  return name === undefined ? path : `${path} (${name})`;
}

function noPortHint({ system }: Machine): string {
  return system === "wsl"
    ? "WSL has to be given its USB port, npm run doctor says how"
    : "plug it in with a cable that carries data";
}

function deniedText(machine: Machine, path: string): string {
  return `${basename(path)} may not be opened by you: ${permissionCommand(machine, path)}`;
}

/** The command that gives this user the port. */
export function permissionCommand(machine: Machine, path: string): string {
  if (machine.system === "macos") return `sudo chmod a+rw ${path}`;
  const group = machine.run("stat", "-c", "%G", path) ?? "dialout";
  return group === "root" || group === "UNKNOWN"
    ? `sudo chmod a+rw ${path}`
    : `sudo usermod -aG ${group} $USER, then log out and in`;
}
