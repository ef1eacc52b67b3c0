// SPDX-License-Identifier: MIT

import { join } from "node:path";
import { lockFolder } from "../hosts/sim/node/board/folder-lock.ts";
import { version } from "../modules/base/version.ts";
import { HubBroker } from "./broker/hub-broker.ts";
import { Listener } from "./broker/listener.ts";
import { BrokerStore } from "./broker/store.ts";
import type { ClassFolder } from "./class-folder.ts";

export interface HubServerOptions {
  readonly folder: string;
  readonly class: ClassFolder;
  /** Address to listen at. */
  readonly host: string;
  /** 0: any that is free. */
  readonly ports: { readonly boards: number; readonly people: number };
  readonly notice: (text: string) => void;
  /** Nothing can be kept any more; the broker has closed. */
  readonly onFailure: (error: Error) => void;
}

/** The broker of the hub at its two ports. */
export interface HubServer {
  readonly ports: { readonly boards: number; readonly people: number };
  close(): Promise<void>;
}

/** Starts it. Rejects with an Error with one line. */
export async function startHubServer(options: HubServerOptions): Promise<HubServer> {
  const { folder, host, ports, notice, onFailure } = options;
  const { boards, people, isPlain, tls } = options.class;
  const data = join(folder, "data");
  // Two would deliver the same messages.
  const unlock = await lockFolder(data).catch(() => {
    throw new Error(
      `another hub runs with ${folder}: end that one first, or take another --folder`,
    );
  });
  const store = new BrokerStore({ file: join(data, "hub.db"), onNotice: notice });
  const broker = new HubBroker({
    store,
    doors: [boards, people],
    version: `airpair hub version ${version}`,
    onNotice: notice,
    onFailure,
  });
  const listeners: Listener[] = [];
  const close = async () => {
    broker.close();
    await Promise.all(listeners.map((listener) => listener.close()));
    store.close();
    unlock();
  };
  try {
    for (const door of [boards, people]) {
      const isBoards = door === boards;
      listeners.push(
        await Listener.open({
          host,
          port: isBoards ? ports.boards : ports.people,
          tls: isBoards && isPlain ? undefined : tls,
          onStream: (stream, address) => broker.accept(stream, door, address),
          onTrouble: (text) => broker.note(text),
        }),
      );
    }
  } catch (error) {
    await close();
    throw error;
  }
  const [boardPort = 0, peoplePort = 0] = listeners.map(({ port }) => port);
  return { ports: { boards: boardPort, people: peoplePort }, close };
}
