// SPDX-License-Identifier: MIT

// npm keeps the options of `npm start --boards 3` for itself: the two dashes are missing. It leaves
// them in the environment, and their values among the arguments, so that we can tell what to type.

const withValue = [
  "boards",
  "id",
  "broker",
  "engine",
  "speed",
  "duration",
  "seed",
  "sensors",
  "example",
  "set",
  "root",
  "host",
  "port",
  "log",
  "board",
  "out",
  "folder",
  "settings",
  "listen",
  "address",
  "firmware",
  "ports",
];
const withoutValue = ["plain", "page", "timestamps", "serve", "broken", "again"];

/**
 * The arguments for a program: `npm start help` means --help, which npm takes for itself, be it asked for
 * its own.
 */
export function withHelp(args) {
  return args.length === 1 && args[0] === "help" ? ["--help"] : args;
}

/**
 * What to say when npm has kept options, in one line; undefined: it has not. `script` is the name of
 * npm's script, `args` are the arguments behind it, `own` the options of a script that has others than the
 * programs, all without a value.
 */
export function keptByNpm(env, script, args, own) {
  // npm has an option --json too, which may stand in its own files: it counts only when nothing was said.
  const names = own ?? [...withValue, ...withoutValue, ...(args.length === 0 ? ["json"] : [])];
  const kept = names.filter((name) => {
    const value = env[`npm_config_${name}`];
    // Others have variables of such names for their own use, such as npm_config_platform.
    return own ? value === "true" : value !== undefined;
  });
  if (kept.length === 0) return undefined;
  const strays = args.filter((arg) => !arg.startsWith("-"));
  const bare = kept.filter(
    (name) => withValue.includes(name) && env[`npm_config_${name}`] === "true",
  );
  const words = kept.flatMap((name) => {
    const own = env[`npm_config_${name}`];
    // Nothing stands for --no-….
    if (!withValue.includes(name)) return [own === "" ? `--no-${name}` : `--${name}`];
    // Several values cannot be told apart: npm does not say which belongs to which.
    const value = bare.includes(name)
      ? bare.length === 1 && strays.length === 1
        ? strays[0]
        : "…"
      : own;
    return [`--${name}`, shown(value)];
  });
  const command = script === "start" ? "npm start" : `npm run ${script}`;
  const options = kept.map((name) => `--${name}`).join(", ");
  return `npm has kept ${options} for itself; two dashes in front hand options on: ${command} -- ${words.join(" ")}`;
}

/** A value that may hold a password is not repeated; one with a space is quoted. */
function shown(value) {
  if (value.includes("@") || /password|key/i.test(value)) return "…";
  return /^[\w./:=,…-]+$/.test(value) ? value : `'${value}'`;
}
