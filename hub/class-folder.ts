// SPDX-License-Identifier: MIT

import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { OptionError } from "../hosts/sim/node/option-error.ts";
import { brokerPorts } from "../tools/class/board-settings.ts";
import { certificateFiles } from "../tools/class/certificates.ts";
import { type ClassList, decodeClassList } from "../tools/class/class-list.ts";
import type { Door } from "./broker/door.ts";
import { Rights } from "./broker/rights.ts";
import { Users } from "./broker/users.ts";

/** What the hub takes from the folder that `npm run class` writes. */
export interface ClassFolder {
  readonly list: ClassList;
  readonly boards: Door;
  readonly people: Door;
  /** Boards come without TLS. */
  readonly isPlain: boolean;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer };
  /** File with the certificate of the authority. */
  readonly authority: string;
  /** Where boards look for the broker: name or address; undefined: nobody knows. */
  readonly host: string | undefined;
}

/** Is there a class in it? */
export function hasClass(folder: string): boolean {
  return existsSync(join(folder, "class.json"));
}

/** Throws an Error with one line when something is missing or damaged. */
export function readClassFolder(folder: string): ClassFolder {
  const read = (name: string) => {
    const file = join(folder, name);
    try {
      return readFileSync(file);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new OptionError(
        `${file} cannot be read (${code}); npm run class -- --again --folder ${folder} writes what is missing`,
      );
    }
  };
  const text = (name: string) => read(name).toString("utf8");
  const list = decodeClassList(text("class.json"));
  if (!list) throw new OptionError(`${join(folder, "class.json")} is no list of a class`);
  const isPlain = isPlainClass(text("config/mosquitto.conf"), folder);
  const door = (name: "boards" | "people"): Door => ({
    name,
    users: new Users(text(`config/${name}.passwords`), `config/${name}.passwords`),
    rights: new Rights(text(`config/${name}.acl`), `config/${name}.acl`),
    isUserTheClient: name === "boards",
  });
  const files = certificateFiles(folder);
  const tls = { cert: read("config/tls/broker.pem"), key: read("config/tls/broker.key") };
  checkDates(tls.cert, files.certificate);
  return {
    list,
    boards: door("boards"),
    people: door("people"),
    isPlain,
    tls,
    authority: files.authority,
    host: hostOf(folder, list),
  };
}

function isPlainClass(conf: string, folder: string): boolean {
  const { boards, plainBoards } = brokerPorts;
  const has = (port: number) => new RegExp(`^listener ${port}\\b`, "m").test(conf);
  if (has(boards) !== has(plainBoards)) return has(plainBoards);
  throw new OptionError(
    `${join(folder, "config/mosquitto.conf")} has no listener for boards on port ${boards} or ${plainBoards}; npm run class -- --again writes it anew`,
  );
}

function checkDates(cert: Buffer, file: string): void {
  const { validTo } = new X509Certificate(cert);
  if (Date.parse(validTo) > Date.now()) return;
  throw new OptionError(
    `${file} was valid until ${validTo}: npm run class -- --again makes a new one`,
  );
}

/** From the settings of the first board that has a file. */
function hostOf(folder: string, { boards }: ClassList): string | undefined {
  for (const { id } of boards) {
    try {
      const settings: unknown = JSON.parse(
        readFileSync(join(folder, "boards", `${id}.json`), "utf8"),
      );
      const broker = (settings as Record<string, unknown>)["mqtt.broker"];
      if (typeof broker === "string" && URL.canParse(broker)) return new URL(broker).hostname;
    } catch {
      // Its file is not what the hub needs: another board may tell.
    }
  }
  return undefined;
}
