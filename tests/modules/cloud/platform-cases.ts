// SPDX-License-Identifier: MIT

import type { Answers } from "../../../modules/cloud/cloud-board.ts";
import { certificateTexts } from "../../fixtures/certificates.ts";
import { testCrypto } from "../../support/test-crypto.ts";
import { start } from "./cloud-bench.ts";
import { type PlatformRules, Rate, textOf } from "./platform-server.ts";

/** A platform, what its user has said, and what its server demands, as the platform documents it. */
export interface PlatformCase {
  readonly answers: Partial<Answers>;
  rules(): PlatformRules;
  /** What a reading is there, byte for byte: topic and text. */
  readonly example: string;
  readonly filters: readonly string[];
  /** Readings in an hour when one is wanted each second. */
  readonly mostAnHour: number;
  /**
   * What the platform does with a board that it has had enough of: it complains on a topic, ends the connection at
   * the next reading, drops it without a word, or takes its time to confirm it.
   */
  readonly throttles:
    | { readonly topic: string; readonly text: string }
    | "ends"
    | "drops"
    | "delays";
  /** A reading that comes late, when the platform can be told its time. */
  readonly late?: RegExp;
  /** How a command comes, the line that it is to become, and the answer that goes back. */
  readonly command?: {
    readonly topic: string;
    readonly text: string;
    readonly line: string;
    readonly answer?: string;
  };
  /** How a new interval comes. */
  readonly interval?: { readonly topic: string; readonly text: string };
}

const flat = '{"co2":612,"voc":32,"pressure":1013.2,"temperature":23.4,"humidity":41}';

function isObjectOfNumbers(text: string): boolean {
  const value: unknown = JSON.parse(text);
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((each) => typeof each === "number")
  );
}

const adafruit: PlatformCase = {
  answers: { user: "someuser", key: "aio_secret" },
  example: `someuser/groups/board-a/json {"feeds":${flat}}`,
  filters: ["someuser/feeds/board-a.command", "someuser/throttle", "someuser/errors"],
  throttles: {
    topic: "someuser/throttle",
    text: "someuser data rate limit reached, 30 seconds left",
  },
  mostAnHour: 336,
  command: { topic: "someuser/feeds/board-a.command", text: "status", line: "status" },
  rules: () => {
    const logins = new Rate(60);
    const points = new Rate(60);
    return {
      port: 8883,
      connect: ({ id, user, password, clean }, { host }, now) => {
        if (host !== "io.adafruit.com") return "host";
        if (logins.add(now) > 20) return "more than 20 logins a minute";
        if (id !== "" || !clean) return "an id that others may have";
        return user === "someuser" && textOf(password) === "aio_secret" ? undefined : "login";
      },
      publish: ({ topic, QoS, retain }, text, now) => {
        if (!/^someuser\/groups\/[a-z0-9-]+\/json$/.test(topic)) return "topic";
        if (QoS > 1 || retain) return "QoS or retain";
        const { feeds } = JSON.parse(text);
        if (points.add(now, Object.keys(feeds).length) > 30) return "more than 30 values a minute";
        return text.length <= 1_024 && isObjectOfNumbers(JSON.stringify(feeds))
          ? undefined
          : "body";
      },
      subscribe: (filter, QoS) => {
        return filter.startsWith("someuser/") && !filter.includes("#") && QoS < 2
          ? undefined
          : "filter";
      },
    };
  },
};

const ubidots: PlatformCase = {
  answers: { key: "BBFF-secret" },
  example: `/v1.6/devices/board-a ${flat}`,
  filters: ["/v1.6/devices/board-a/interval/lv"],
  throttles: "ends",
  mostAnHour: 3_600,
  late: /^\/v1\.6\/devices\/board-a \{"co2":\{"value":612,"timestamp":18\d{11}\},/,
  interval: { topic: "/v1.6/devices/board-a/interval/lv", text: "30" },
  rules: () => {
    const requests = new Rate(1);
    return {
      port: 8883,
      connect: ({ id, user, password }) => {
        if (!/^airpair-board-a-[0-9a-f]{8}$/.test(id)) return "an id that is easy to guess";
        return user === "BBFF-secret" && textOf(password) === user ? undefined : "login";
      },
      publish: ({ topic, QoS, retain }, text, now) => {
        if (topic !== "/v1.6/devices/board-a") return "topic";
        if (QoS > 1 || retain) return "QoS or retain";
        if (text.length > 10_000) return "size";
        for (const value of Object.values(JSON.parse(text)) as unknown[]) {
          const { value: inner = value } = value as { value?: unknown };
          if (typeof inner !== "number") return "body";
        }
        return requests.add(now) > 4 ? "more than 4 requests in a second" : undefined;
      },
      subscribe: (filter, QoS) =>
        /^\/v(1\.6|2\.0)\/devices\/[^/]+\/[^/]+(\/lv)?$/.test(filter) && QoS < 2
          ? undefined
          : "filter",
    };
  },
};

const thingsBoard: PlatformCase = {
  answers: { key: "ACCESSTOKEN" },
  example: `v1/devices/me/telemetry ${flat}`,
  filters: [
    "v1/devices/me/rpc/request/+",
    "v1/devices/me/attributes",
    "v1/devices/me/attributes/response/+",
  ],
  throttles: "ends",
  mostAnHour: 3_600,
  late: /^v1\/devices\/me\/telemetry \{"ts":18\d{11},"values":\{"co2":612,/,
  command: {
    topic: "v1/devices/me/rpc/request/17",
    text: '{"method":"set","params":"board.name desk"}',
    line: "set board.name desk",
    answer: 'v1/devices/me/rpc/response/17 {"ok":true,"text":"done"}',
  },
  interval: { topic: "v1/devices/me/attributes", text: '{"interval":30}' },
  rules: () => {
    const second = new Rate(1);
    const minute = new Rate(60);
    const filters = new Set<string>();
    return {
      port: 8883,
      connect: ({ user, password }, { host }) => {
        if (host !== "mqtt.thingsboard.cloud") return "host";
        return user === "ACCESSTOKEN" && password === undefined ? undefined : "login";
      },
      publish: ({ topic, QoS }, text, now) => {
        if (second.add(now) > 20 || minute.add(now) > 600) return "rate";
        if (QoS > 1) return "QoS";
        if (text.length > 65_536) return "size";
        if (topic === "v1/devices/me/attributes/request/1") {
          const isAsked = text === '{"sharedKeys":"interval"}';
          const isHeard = filters.has("v1/devices/me/attributes/response/+");
          return isAsked && isHeard ? undefined : "a question before its answer can come";
        }
        const value = JSON.parse(text);
        if (topic === "v1/devices/me/attributes") return undefined;
        if (/^v1\/devices\/me\/rpc\/response\/\d+$/.test(topic)) return undefined;
        if (topic !== "v1/devices/me/telemetry") return "topic";
        return isObjectOfNumbers(JSON.stringify(value.values ?? value)) ? undefined : "body";
      },
      subscribe: (filter, QoS) => {
        filters.add(filter);
        return filter.startsWith("v1/devices/me/") && QoS < 2 ? undefined : "filter";
      },
    };
  },
};

const thingSpeak: PlatformCase = {
  answers: { channel: "12345", device: "ClientIssued", key: "issued-secret" },
  example: "channels/12345/publish field1=612&field2=32&field3=1013.2&field4=23.4&field5=41",
  filters: ["channels/12345/subscribe/fields/field8"],
  throttles: "drops",
  mostAnHour: 225,
  command: {
    topic: "channels/12345/subscribe/fields/field8",
    text: "set board.name desk",
    line: "set board.name desk",
  },
  rules: () => {
    const updates = new Rate(15);
    return {
      port: 8883,
      connect: ({ id, user, password, clean }, { host }) => {
        if (host !== "mqtt3.thingspeak.com") return "host";
        if (!clean) return "a session that is kept";
        const isIssued = id === "ClientIssued" && user === "ClientIssued";
        return isIssued && textOf(password) === "issued-secret" ? undefined : "login";
      },
      publish: ({ topic, QoS, retain }, text, now) => {
        if (topic !== "channels/12345/publish") return "topic";
        if (QoS !== 0 || retain) return "QoS or retain";
        if (!/^field[1-8]=[-0-9.]+(&field[1-8]=[-0-9.]+){0,7}$/.test(text)) return "body";
        return updates.add(now) > 1 ? "sooner than after 15 s" : undefined;
      },
      subscribe: (filter, QoS) =>
        /^channels\/12345\/subscribe(\/fields\/(field[1-8]|\+))?$/.test(filter) && QoS === 0
          ? undefined
          : "filter",
    };
  },
};

const thingerIO: PlatformCase = {
  answers: { user: "someuser", key: "credential" },
  example: `board-a/telemetry ${flat}`,
  filters: ["board-a/cmd"],
  throttles: "ends",
  mostAnHour: 3_600,
  command: {
    topic: "board-a/cmd",
    text: "status",
    line: "status",
    answer: 'board-a/reply {"ok":true,"text":"done"}',
  },
  rules: () => ({
    port: 8883,
    connect: ({ id, user, password }, { host }) => {
      if (host !== "backend.thinger.io") return "host";
      const isRight = id === "board-a" && user === "someuser";
      return isRight && textOf(password) === "credential" ? undefined : "login";
    },
    publish: ({ QoS }, text) => {
      if (QoS > 1) return "QoS";
      return typeof JSON.parse(text) === "object" ? undefined : "body";
    },
    subscribe: (_filter, QoS) => (QoS > 1 ? "QoS" : undefined),
  }),
};

const blynk: PlatformCase = {
  answers: { key: "blynk-token" },
  example: 'batch_ds {"CO2":612,"VOC":32,"Pressure":1013.2,"Temperature":23.4,"Humidity":41}',
  filters: ["downlink/#"],
  throttles: "ends",
  mostAnHour: 134,
  command: { topic: "downlink/reboot", text: "1", line: "reboot" },
  interval: { topic: "downlink/ds/Interval", text: "30" },
  rules: () => {
    const month = new Rate(30 * 86_400);
    return {
      port: 8883,
      connect: ({ id, user, password, clean, keepAliveSeconds, will }) => {
        if (!clean || id.length > 64 || will || keepAliveSeconds !== 45) return "session";
        return user === "device" && textOf(password) === "blynk-token" ? undefined : "login";
      },
      publish: ({ topic, QoS, retain, payload }, text, now) => {
        if (QoS > 1 || retain) return "QoS or retain";
        if (topic.length + 4 + payload.length > 1_024) return "size";
        if (month.add(now) > 100_000) return "more than a month has";
        return topic === "batch_ds" && isObjectOfNumbers(text) ? undefined : "topic or body";
      },
      subscribe: (filter) => (/^downlink\/([^#+]+\/)?#$/.test(filter) ? undefined : "filter"),
    };
  },
};

const aws: PlatformCase = {
  answers: {
    host: "abc-ats.iot.eu-central-1.amazonaws.com:443",
    cert: certificateTexts.leaf,
    // An empty SEQUENCE, which passes for a key until TLS looks at it.
    "cert-key": "MAA=",
  },
  example: `air/board-a/telemetry {"device":"board-a","ts":1893456000,${flat.slice(1)}`,
  filters: ["air/board-a/cmd", "$aws/things/board-a/shadow/update/delta"],
  throttles: "ends",
  mostAnHour: 3_600,
  late: /^air\/board-a\/telemetry \{"device":"board-a","ts":18\d{8},"co2":612,/,
  command: {
    topic: "air/board-a/cmd",
    text: "status",
    line: "status",
    answer: 'air/board-a/reply {"ok":true,"text":"done"}',
  },
  interval: {
    topic: "$aws/things/board-a/shadow/update/delta",
    text: '{"version":7,"timestamp":1893456000,"state":{"interval":30},"metadata":{"interval":{"timestamp":1893456000}}}',
  },
  rules: () => {
    const second = new Rate(1);
    return {
      port: 443,
      connect: ({ id, user, password }, { host, secure }) => {
        if (host !== "abc-ats.iot.eu-central-1.amazonaws.com") return "no SNI";
        if (!secure?.clientCertificates?.length || !secure.clientKey) return "no certificate";
        if (secure.applicationLayerProtocols?.join() !== "x-amzn-mqtt-ca") return "ALPN";
        if (user !== undefined || password !== undefined) return "user or password";
        return id === "board-a" ? undefined : "the policy does not allow this id";
      },
      publish: ({ topic, QoS, payload }, _text, now) => {
        if (QoS > 1) return "QoS";
        if (topic.length > 256 || topic.split("/").length > 8) return "topic";
        if (payload.length > 131_072 || second.add(now) > 100) return "size or rate";
        const isAllowed =
          topic.startsWith("air/board-a/") || topic === "$aws/things/board-a/shadow/update";
        return isAllowed ? undefined : "the policy does not allow this topic";
      },
      subscribe: (filter, QoS) =>
        /^(air\/board-a\/|\$aws\/things\/board-a\/shadow\/)/.test(filter) && QoS < 2
          ? undefined
          : "the policy does not allow this filter",
    };
  },
};

const azureKey = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/** What is wrong with a token of that device, as the hub would check it; written apart from ours. */
function whyNoToken(token: string | undefined, seconds: number): string | undefined {
  const parts =
    /^SharedAccessSignature sr=(example-hub\.azure-devices\.net%2Fdevices%2Fboard-a)&sig=([^&]+)&se=(\d+)$/.exec(
      token ?? "",
    );
  if (!parts) return "token";
  const [, resource = "", signature = "", expiry = ""] = parts;
  if (Number(expiry) <= seconds) return "the token has ended";
  const key = new TextEncoder().encode("0123456789abcdef0123456789abcdef");
  const signed = new TextEncoder().encode(`${resource}\n${expiry}`);
  const bytes = testCrypto().hmacSHA256(key, signed);
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const text = (bits.match(/.{1,6}/g) ?? [])
    .map((six) => digits[Number.parseInt(six.padEnd(6, "0"), 2)])
    .join("");
  return decodeURIComponent(signature) === `${text}=` ? undefined : "signature";
}

const azure: PlatformCase = {
  answers: { host: "example-hub.azure-devices.net", key: azureKey },
  example: `devices/board-a/messages/events/$.ct=application%2Fjson%3Bcharset%3Dutf-8 ${flat}`,
  filters: [
    "devices/board-a/messages/devicebound/#",
    "$iothub/methods/POST/#",
    "$iothub/twin/PATCH/properties/desired/#",
    "$iothub/twin/res/#",
  ],
  throttles: "delays",
  mostAnHour: 328,
  late: /^devices\/board-a\/messages\/events\/\S+ \{"ts":18\d{8},"co2":612,/,
  command: {
    topic: "$iothub/methods/POST/set/?$rid=a7",
    text: '"board.name desk"',
    line: "set board.name desk",
    answer: '$iothub/methods/res/200/?$rid=a7 {"ok":true,"text":"done"}',
  },
  interval: {
    topic: "$iothub/twin/PATCH/properties/desired/?$version=9",
    text: '{"interval":30,"$version":9}',
  },
  rules: () => {
    const filters = new Set<string>();
    const messages = new Rate(86_400);
    return {
      port: 8883,
      connect: ({ id, user, password, keepAliveSeconds }, { host }, now) => {
        if (host !== "example-hub.azure-devices.net" || id !== "board-a") return "host or id";
        if (keepAliveSeconds > 1_177) return "keep-alive";
        const wanted = "example-hub.azure-devices.net/board-a/?api-version=2021-04-12";
        if (user !== wanted) return "user";
        return whyNoToken(textOf(password), Math.floor((start + now) / 1_000));
      },
      publish: ({ topic, QoS, retain }, text, now) => {
        if (QoS > 1 || retain) return "QoS or retain";
        if (/^\$iothub\/methods\/res\/\d+\/\?\$rid=\w+$/.test(topic)) return undefined;
        if (/^\$iothub\/twin\/PATCH\/properties\/reported\/\?\$rid=\w+$/.test(topic)) {
          return typeof JSON.parse(text) === "object" ? undefined : "body";
        }
        if (/^\$iothub\/twin\/GET\/\?\$rid=\w+$/.test(topic)) {
          return text === "" && filters.has("$iothub/twin/res/#") ? undefined : "question";
        }
        if (!topic.startsWith("devices/board-a/messages/events/")) return "topic";
        return messages.add(now) > 8_000 ? "more than 8,000 messages a day" : undefined;
      },
      subscribe: (filter, QoS) => {
        filters.add(filter);
        return filters.size <= 5 && QoS < 2 ? undefined : "filter";
      },
    };
  },
};

const broker: PlatformCase = {
  answers: { host: "mqtt://test.example:1883" },
  example: `air/board-a/state ${flat}`,
  filters: ["air/board-a/cmd", "air/board-a/status"],
  throttles: "delays",
  mostAnHour: 3_600,
  command: {
    topic: "air/board-a/cmd",
    text: "status",
    line: "status",
    answer: 'air/board-a/reply {"ok":true,"text":"done"}',
  },
  rules: () => ({
    port: 1883,
    isSecure: false,
    connect: ({ will, user }) => {
      const isWill = will?.topic === "air/board-a/status" && textOf(will.message) === "offline";
      return isWill && will.retain && user === undefined ? undefined : "will or user";
    },
    publish: ({ topic, QoS, retain }) => {
      const isKept = /\/(state|status)$/.test(topic);
      return QoS === 1 && retain === isKept ? undefined : "QoS or retain";
    },
    subscribe: () => undefined,
  }),
};

/** Homie at the board's own broker, which lets it write its own topics and no others. */
function homie(root: string, suffix: string): PlatformCase {
  return {
    answers: {},
    example: `${root}/air/co2 612`,
    filters: [`${root}/config/interval/set`],
    throttles: "ends",
    mostAnHour: 3_600,
    interval: { topic: `${root}/config/interval/set`, text: "30" },
    rules: () => {
      let state = "lost";
      return {
        port: 1883,
        isSecure: false,
        connect: ({ id, user, will }) => {
          state = "lost";
          if (id !== `board-a-${suffix}` || user !== "me") return "id or user";
          const isWill = will?.topic === `${root}/$state` && textOf(will.message) === "lost";
          return isWill && will.retain ? undefined : "will";
        },
        publish: ({ topic, QoS, retain }, text) => {
          if (!topic.startsWith(`${root}/`) || QoS !== 1 || !retain) return "topic, QoS or retain";
          if (topic === `${root}/$state`) state = text;
          const isAttribute = /\/\$[a-z]+$/.test(topic) && topic !== `${root}/$state`;
          return isAttribute && state !== "init" ? `an attribute while it is ${state}` : undefined;
        },
        subscribe: (filter) => (filter.startsWith(`${root}/`) ? undefined : "filter"),
      };
    },
  };
}

/** The platforms that are reached by MQTT, with a connection of its own each. */
export const platformCases: Readonly<Record<string, PlatformCase>> = {
  "adafruit-io": adafruit,
  "aws-iot": aws,
  "azure-iot": azure,
  blynk,
  broker,
  homie4: homie("homie/board-a", "homie4"),
  homie5: homie("homie/5/board-a", "homie5"),
  "thinger-io": thingerIO,
  thingsboard: thingsBoard,
  thingspeak: thingSpeak,
  ubidots,
};
