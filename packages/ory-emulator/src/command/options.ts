import { parseArgs } from 'node:util'
import { emulatedKey } from '../network.ts'
import { readSeedFile } from '../seed/seed-file.ts'
import type { StartOptions } from '../start.ts'

/** What the command was told wrongly; the message is one line that says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What the command was asked for. */
export interface Asked {
  readonly start: StartOptions
  /** Whether to print one line of JSON instead of words. */
  readonly json: boolean
  /** Whether to say how the command is used, and no more. */
  readonly help: boolean
}

/** An option that has a value, and what the emulator is told by it. */
interface Option {
  /** What the value is, for the help. */
  readonly value: string
  readonly help: string
  readonly read: (text: string, name: string) => StartOptions | Promise<StartOptions>
}

/** Every option with a value: a line here is all that another needs. */
const options: Readonly<Record<string, Option>> = {
  'admin-port': {
    value: 'port',
    help: 'of the admin API; any free one by default',
    read: (text, name) => ({ adminPort: port(text, name) }),
  },
  'public-port': {
    value: 'port',
    help: 'of the public endpoints; any free one by default',
    read: (text, name) => ({ publicPort: port(text, name) }),
  },
  'control-port': {
    value: 'port',
    help: 'of the control port: seed, reset, clock, faults, requests; any free one by default',
    read: (text, name) => ({ controlPort: port(text, name) }),
  },
  seed: {
    value: 'file',
    help: 'JSON with the clients, users and trusted issuers that are there from the start',
    read: async (path) => ({ seed: await readSeedFile(path) }),
  },
  profile: {
    value: 'head|v26.2|network',
    help: "which server: Hydra's unreleased master, the default, its release, or Ory Network",
    read: profile,
  },
}

const switches: Readonly<Record<string, string>> = {
  json: 'print the URLs and ports as one line of JSON, once it listens',
  help: 'print this',
}

/** @throws UsageError, InputError for a seed */
export async function readOptions(given: readonly string[]): Promise<Asked> {
  const { json = false, help = false, ...values } = valuesOf(given)
  const parts = await Promise.all(
    Object.entries(values).map(([name, texts]) =>
      options[name]?.read(only(texts, name), `--${name}`),
    ),
  )
  return { start: Object.assign({}, ...parts), json: json === true, help: help === true }
}

/** How the command is used. */
export function usage(): string {
  const rows = [
    ...Object.entries(options).map(([name, { value, help }]) => [`--${name} <${value}>`, help]),
    ...Object.entries(switches).map(([name, help]) => [`--${name}`, help]),
  ] as const
  const width = Math.max(...rows.map(([left = '']) => left.length))
  return [
    "lapse-ory: Ory's OAuth2 server for tests, on loopback and in memory, until a signal ends it",
    '',
    ...rows.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}`),
  ].join('\n')
}

function valuesOf(given: readonly string[]) {
  const known = {
    ...Object.fromEntries(
      Object.keys(options).map((name) => [name, { type: 'string', multiple: true }] as const),
    ),
    ...Object.fromEntries(
      Object.keys(switches).map((name) => [name, { type: 'boolean' }] as const),
    ),
  }
  try {
    return parseArgs({ args: [...given], options: known }).values
  } catch (cause) {
    const [said = ''] = (cause as Error).message.split(/\. |\n/)
    throw new UsageError(`${said}; see lapse-ory --help`, { cause })
  }
}

/** Of two values one would be overlooked. */
function only(texts: unknown, name: string): string {
  const [text, ...more] = [texts].flat()
  if (more.length > 0) throw new UsageError(`--${name} is given twice; give it once`)
  return String(text)
}

function port(text: string, name: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number < 65_536) return number
  throw new UsageError(`${name} is not a port; use a number up to 65535, or 0 for any free one`)
}

function profile(text: string): StartOptions {
  if (text === 'head' || text === 'v26.2') return { profile: text }
  if (text === 'network') return { profile: text, network: { apiKey: emulatedKey } }
  throw new UsageError('--profile is head, v26.2 or network')
}
