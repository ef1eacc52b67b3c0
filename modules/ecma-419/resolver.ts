// SPDX-License-Identifier: MIT

/** One question to the ECMA-419 DNS resolver (section 16). Exactly one callback is made, later. */
export interface ResolveOptions {
  readonly host: string;
  readonly onResolved: (host: string, address: string) => void;
  readonly onError: (host: string) => void;
}

export interface Resolver {
  resolve(options: ResolveOptions): void;
  close(): void;
}

export type ResolverConstructor = new (options: Record<string, unknown>) => Resolver;

/** The resolver class and the options that the host wants it to be constructed with. */
export interface ResolverProvider {
  readonly io: ResolverConstructor;
  readonly [option: string]: unknown;
}
