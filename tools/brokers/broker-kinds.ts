// SPDX-License-Identifier: MIT

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The user that every broker here knows. */
export const user = "board";
export const password = "correct-horse";

// Debian installs servers where only root's PATH leads, and RabbitMQ behind a script that changes the user.
const folders = ["/usr/lib/rabbitmq/bin", "/usr/sbin", "/usr/local/sbin"];
const PATH = [...folders, process.env.PATH].join(delimiter);
const env: NodeJS.ProcessEnv = { ...process.env, PATH };

/** How a broker is started in a folder of its own. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Ends what the broker leaves running beside it. */
  readonly cleanUp?: () => void;
}

/** Free ports of the loopback: for MQTT, and for whatever else a broker wants. */
export interface Ports {
  readonly mqtt: number;
  readonly others: readonly [number, number];
}

/** A message that a broker refuses by closing the connection: MQTT 3.1.1 has no other way. */
export interface RefusedMessage {
  readonly what: string;
  /** Given on the console of a board, line by line. */
  readonly commands: readonly string[];
}

/** A broker that may be installed. */
export interface BrokerKind {
  readonly name: string;
  /** What to install. */
  readonly install: string;
  /** Its version; undefined: it is not there. */
  version(): string | undefined;
  launch(folder: string, ports: Ports): Launch;
  readonly refused: RefusedMessage;
}

/** The kinds that are installed, with their versions; `skipped` is told of each other one. */
export function installedOf(
  kinds: readonly BrokerKind[],
  skipped: (line: string) => void,
): Map<BrokerKind, string> {
  const found = new Map<BrokerKind, string>();
  for (const kind of kinds) {
    const version = kind.version();
    if (version !== undefined) found.set(kind, version);
    else skipped(`${kind.name}: skipped, it is not installed; ${kind.install}`);
  }
  return found;
}

function versionFrom(file: string, args: readonly string[], pattern: RegExp): string | undefined {
  const { stdout, stderr, error } = spawnSync(file, args, { env, encoding: "utf8" });
  return error ? undefined : pattern.exec(`${stdout}${stderr}`)?.[1];
}

function write(folder: string, name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

/** Larger than the longest message that Mosquitto is told to take here, and than any of a board. */
const longText = "x".repeat(700);

const mosquitto: BrokerKind = {
  name: "Mosquitto",
  install: "sudo apt-get install mosquitto",
  version: () => versionFrom("mosquitto", ["-h"], /mosquitto version (\S+)/),
  launch(folder, { mqtt }) {
    const passwords = join(folder, "passwords");
    spawnSync("mosquitto_passwd", ["-b", "-c", passwords, user, password], { env });
    const file = write(folder, "mosquitto.conf", [
      `listener ${mqtt} 127.0.0.1`,
      ...["allow_anonymous false", `password_file ${passwords}`, "max_packet_size 600"],
      ...["persistence true", `persistence_location ${folder}/`],
      ...(process.getuid?.() === 0 ? ["user root"] : []),
    ]);
    return { file: "mosquitto", args: ["-c", file], env };
  },
  refused: {
    what: "larger than `max_packet_size`",
    commands: ["mqtt pub big <<", longText, "."],
  },
};

/** Where Erlang's name server listens while RabbitMQ is asked for its version: not at its usual port. */
const versionPort = "43690";

function endNameServer(port: string): void {
  spawnSync("epmd", ["-port", port, "-kill"], { env });
}

/** What the nodes of a cluster have in common. */
export interface Cluster {
  /** Where Erlang's cookie is: who has it belongs to the cluster. */
  readonly home: string;
  /** Port of Erlang's name server. */
  readonly epmd: number;
  readonly nodes: readonly string[];
}

/** Starts RabbitMQ alone, or as the node of a cluster with that number. */
function launchRabbitMQ(
  folder: string,
  { mqtt, others: [amqp, other] }: Ports,
  node: { readonly cluster: Cluster; readonly index: number } | undefined,
): Launch {
  const all = { configure: ".*", write: ".*", read: ".*" };
  const permission = { user, vhost: "/", ...all };
  const topics = {
    user,
    vhost: "/",
    exchange: "amq.topic",
    write: "^(?!forbidden$)",
    read: ".*",
  };
  const definitions = write(folder, "definitions.json", [
    JSON.stringify({
      users: [{ name: user, password, tags: "" }],
      vhosts: [{ name: "/" }],
      permissions: [permission],
      topic_permissions: [topics],
    }),
  ]);
  const { cluster, index = 0 } = node ?? {};
  const names = cluster?.nodes.map((name, at) => {
    return `cluster_formation.classic_config.nodes.${at + 1} = ${name}`;
  });
  const config = write(folder, "rabbitmq.conf", [
    `listeners.tcp.1 = 127.0.0.1:${amqp}`,
    `mqtt.listeners.tcp.1 = 127.0.0.1:${mqtt}`,
    ...["mqtt.allow_anonymous = false", `load_definitions = ${definitions}`],
    ...(names
      ? [
          "cluster_formation.peer_discovery_backend = classic_config",
          ...names,
          // Sessions are on all nodes, so that they outlive one.
          "mqtt.durable_queue_type = quorum",
        ]
      : []),
  ]);
  const epmd = cluster?.epmd ?? other;
  const own: NodeJS.ProcessEnv = {
    ...env,
    HOME: cluster?.home ?? folder,
    // The server takes the place of the script, and ends when it is asked to.
    RUNNING_UNDER_SYSTEMD: "true",
    ERL_EPMD_PORT: String(epmd),
    RABBITMQ_NODENAME: cluster?.nodes[index] ?? `airpair-${mqtt}@localhost`,
    RABBITMQ_DIST_PORT: String(amqp + 20_000 > 65_535 ? amqp - 20_000 : amqp + 20_000),
    RABBITMQ_CONFIG_FILE: config,
    RABBITMQ_ENABLED_PLUGINS_FILE: write(folder, "plugins", ["[rabbitmq_mqtt]."]),
    RABBITMQ_MNESIA_BASE: join(folder, "mnesia"),
    RABBITMQ_LOG_BASE: join(folder, "log"),
  };
  const cleanUp = () => endNameServer(String(epmd));
  return {
    file: "/usr/lib/rabbitmq/bin/rabbitmq-server",
    args: [],
    env: own,
    ...(!cluster && { cleanUp }),
  };
}

/** One node of a cluster; the nodes before it run already. */
export function rabbitNode(cluster: Cluster, index: number): BrokerKind {
  return {
    ...rabbitMQ,
    launch: (folder, ports) => launchRabbitMQ(folder, ports, { cluster, index }),
  };
}

/** The nodes of a cluster that run and know each other, as the first of them says. */
export function runningIn({ home, epmd, nodes: [first = ""] }: Cluster): string[] {
  const { stdout } = spawnSync(
    "rabbitmqctl",
    ["-n", first, "cluster_status", "--formatter", "json"],
    {
      env: { ...env, HOME: home, ERL_EPMD_PORT: String(epmd) },
      encoding: "utf8",
    },
  );
  const status = JSON.parse(stdout || "{}") as { readonly running_nodes?: string[] };
  return status.running_nodes ?? [];
}

/** Ends Erlang's name server, which the nodes of a cluster leave. */
export function endCluster({ epmd }: Cluster): void {
  endNameServer(String(epmd));
}

export const rabbitMQ: BrokerKind = {
  name: "RabbitMQ",
  install: "sudo apt-get install rabbitmq-server",
  version() {
    // Even this question starts Erlang's name server, which stays.
    const { stdout, error } = spawnSync("rabbitmqctl", ["version"], {
      env: { ...env, ERL_EPMD_PORT: versionPort },
      encoding: "utf8",
    });
    if (error) return undefined;
    endNameServer(versionPort);
    return /^(\d\S+)/m.exec(stdout)?.[1];
  },
  launch: (folder, ports) => launchRabbitMQ(folder, ports, undefined),
  refused: {
    what: "topic without permission",
    commands: ["mqtt pub forbidden x"],
  },
};

const nats: BrokerKind = {
  name: "NATS",
  install: "sudo apt-get install nats-server",
  version: () => versionFrom("nats-server", ["--version"], /v(\d\S+)/),
  launch(folder, { mqtt, others: [client] }) {
    const file = write(folder, "nats.conf", [
      `listen: "127.0.0.1:${client}"`,
      ...["server_name: airpair", `jetstream { store_dir: "${folder}" }`],
      `mqtt { listen: "127.0.0.1:${mqtt}" }`,
      `authorization { user: ${user}, password: "${password}" }`,
    ]);
    return { file: "nats-server", args: ["-c", file], env };
  },
  refused: { what: "QoS 2", commands: ["mqtt pub -q 2 forbidden x"] },
};

/** The brokers that boards are tried against. */
export const brokerKinds: readonly BrokerKind[] = [mosquitto, rabbitMQ, nats];
