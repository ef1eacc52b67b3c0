// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type * as ResolverModule from "../../../hosts/lin/resolver.ts";
import type * as FaultsModule from "../../../hosts/moddable/faults.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

const { Faults } = await importWithSDK<typeof FaultsModule>("hosts/moddable/faults.ts", {});
const globals = globalThis as Record<string, unknown>;

test("a name is answered once, and not after close", async () => {
  const { SDKResolver } = await importWithSDK<typeof ResolverModule>("hosts/lin/resolver.ts", {});
  type Answer = (name: string, address: string | undefined) => void;
  const asked: [string, Answer][] = [];
  globals.System = { resolve: (name: string, answer: Answer) => asked.push([name, answer]) };
  const heard: string[] = [];
  const options = (host: string) => ({
    host,
    onResolved: (name: string, address: string) => heard.push(`${name} ${address}`),
    onError: (name: string) => heard.push(`no ${name}`),
  });
  const resolver = new SDKResolver(new Faults());
  for (const host of ["localhost", "nobody", "late"]) resolver.resolve(options(host));
  assert.equal(asked[0]?.[0], "127.0.0.1");
  asked[0]?.[1]("127.0.0.1", "127.0.0.1");
  asked[1]?.[1]("nobody", undefined);
  resolver.close();
  asked[2]?.[1]("late", "192.0.2.1");
  assert.deepEqual(heard, ["localhost 127.0.0.1", "no nobody"]);
  delete globals.System;
});
