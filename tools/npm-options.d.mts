// SPDX-License-Identifier: MIT

export function withHelp(args: readonly string[]): string[];

export function keptByNpm(
  env: Readonly<Record<string, string | undefined>>,
  script: string,
  args: readonly string[],
  own?: readonly string[],
): string | undefined;
