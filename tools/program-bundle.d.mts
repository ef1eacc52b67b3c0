// SPDX-License-Identifier: MIT

export function bundleOf(
  program: string,
  root: string,
  folder?: string,
): Promise<string | undefined>;
