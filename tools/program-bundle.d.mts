// SPDX-License-Identifier: MIT

export function bundleOf(
  program: string,
  root: string,
  folder?: string,
): Promise<string | undefined>;

export const addressNames: Readonly<Record<string, string>>;

export function withAddress(text: string, path: string): string;
