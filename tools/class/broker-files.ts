// SPDX-License-Identifier: MIT

import { brokerPorts, type ClassNetwork } from "./board-settings.ts";
import type { ClassList } from "./class-list.ts";
import { passwordLine } from "./password-hash.ts";

/** Text of a file in `deploy/mosquitto`, which the class's own begins with. */
export type Template = (path: string) => string;

export interface BrokerFilesOptions {
  readonly list: ClassList;
  readonly network: Pick<ClassNetwork, "isPlain">;
  readonly template: Template;
  /** The folder of the class, absolute. */
  readonly folder: string;
  /** Who runs the broker, `user:group` as numbers. */
  readonly owner: string;
}

/** The files of the broker by their path in the class's folder: Mosquitto's configuration and Docker's. */
export function brokerFiles(options: BrokerFilesOptions): Record<string, string> {
  const { list, network, template } = options;
  const { isPlain } = network;
  const conf = template("config/mosquitto.conf");
  const compose = template("compose.yaml");
  return {
    "compose.yaml": isPlain ? withPlainPort(compose) : compose,
    ".env": environment(options),
    "config/mosquitto.conf": isPlain ? withoutTLS(conf) : conf,
    "config/boards.acl": template("config/boards.acl") + peerRights(list),
    "config/boards.passwords": passwordFile(list.boards.map(({ id, password }) => [id, password])),
    "config/people.acl": template("config/people.acl"),
    "config/people.passwords": passwordFile(Object.entries(list.people)),
  };
}

/** A board sees the plain readings of its peer, but of no other. */
function peerRights({ boards }: ClassList): string {
  const rights = boards.flatMap(({ id, peer }) =>
    peer === undefined ? [] : ["", `user ${id}`, `topic read airpair/${peer}/reading`],
  );
  return ["", "# Plain readings of the peer, for the setting pair.peer.", ...rights, ""].join("\n");
}

function passwordFile(users: readonly (readonly [user: string, password: string])[]): string {
  return users.map(([user, password]) => `${passwordLine(user, password)}\n`).join("");
}

/** The listener of the boards on the port for it, and without the lines of TLS that follow it. */
function withoutTLS(conf: string): string {
  const begin = conf.indexOf(`listener ${brokerPorts.boards}\n`);
  const end = conf.indexOf(`listener ${brokerPorts.people}\n`);
  if (begin < 0 || end < begin)
    throw new Error("the template of mosquitto.conf has other listeners");
  const boards = conf
    .slice(begin, end)
    .replace(`listener ${brokerPorts.boards}`, `listener ${brokerPorts.plainBoards}`)
    .replace(/^(certfile|keyfile|tls_version) .*\n/gm, "");
  return conf.slice(0, begin) + boards + conf.slice(end);
}

function withPlainPort(compose: string): string {
  const [before, after] = [brokerPorts.boards, brokerPorts.plainBoards].map(
    (port) => `"${port}:${port}"`,
  );
  if (before === undefined || after === undefined || !compose.includes(before)) {
    throw new Error("the template of compose.yaml publishes other ports");
  }
  return compose.replace(before, after);
}

/** What the compose files of `deploy/` ask for. */
function environment({ list, folder, owner }: BrokerFilesOptions): string {
  const { people, services } = list;
  const values = {
    BROKER_FOLDER: folder,
    BROKER_USER: owner,
    TELEGRAF_PASSWORD: people.telegraf,
    INFLUXDB_PASSWORD: services.influxdb,
    INFLUXDB_TOKEN: services["influxdb-token"],
    GRAFANA_PASSWORD: services.grafana,
  };
  // In single quotes nothing has a meaning but the quote itself.
  const lines = Object.entries(values).map(([name, value]) => {
    return `${name}='${value.replaceAll("'", "\\'")}'`;
  });
  return ["# For docker compose; npm run class has written it.", ...lines, ""].join("\n");
}
