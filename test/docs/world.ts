import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Running, startLapse } from '../../packages/cli/src/testing/lapse-process.ts'

const root = resolve(import.meta.dirname, '../..')

/** What a block said, and how it ended. */
export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What a block is run with, besides what the blocks before it left in the shell. */
export interface With {
  /** What is typed. */
  readonly stdin?: string
  readonly variables?: Readonly<Record<string, string>>
}

/** What `lapse dev` says of itself in its file. */
interface DevFile {
  readonly endpoints: Readonly<Record<string, string>>
  readonly queues: readonly { readonly name: string; readonly url: string }[]
  readonly webhooks: Readonly<Record<string, { readonly url: string; readonly secret: string }>>
  readonly environment: Readonly<Record<string, string>>
}

/** A fresh `lapse dev --seed` in a folder of its own, and a shell there. */
export interface World {
  readonly folder: string
  readonly dev: DevFile
  /** Runs shell code with everything that ran before still known: variables, functions. */
  run(code: string, how?: With): Promise<Ran>
  /** The same for a program in JavaScript, saved as `send.mjs`. */
  node(code: string, how?: With): Promise<Ran>
  write(name: string, content: string): Promise<void>
  /** Waits until `lapse dev` has said this, at any time since it was started. */
  said(pattern: RegExp): Promise<string>
  /** Waits until so many receipts of first passes are there since something was last run. */
  newReceipts(count: number): Promise<void>
  stop(): Promise<void>
}

/** How long anything may take to be said, a message that waits a minute included. */
const longestMs = 120_000

export interface WorldOptions {
  /** The machine's own AWS CLI instead of what stands for it here. */
  readonly awsCli?: boolean
  /** How long to wait for anything to be said. */
  readonly patienceMs?: number
}

export async function startWorld({
  awsCli = false,
  patienceMs = longestMs,
}: WorldOptions = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'lapse-docs-'))
  const running = startLapse(['dev', '--seed', '--free-ports'], { cwd: folder })
  await within(patienceMs, running.said(/Ctrl-C stops everything/), 'lapse dev to start')
  const dev = JSON.parse(await readFile(join(folder, '.lapse/dev.json'), 'utf8')) as DevFile
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const bins = [...(awsCli ? [] : [join(root, 'test/docs/bin')]), dirname(process.execPath)]
  const environment = {
    ...Object.fromEntries(Object.entries(dev.environment).filter(([name]) => /^AWS_/.test(name))),
    AWS_DEFAULT_REGION: 'us-east-1',
    HOME: folder,
    LAPSE_ROOT: root,
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/docs'),
    PATH: [...bins, process.env['PATH']].join(delimiter),
  }
  const shell = openShell(folder, environment)
  const log = keepLog(running, join(folder, 'dev.log'))
  const before = { receipts: 0 }
  const said = (pattern: RegExp) =>
    within(patienceMs, running.said(pattern), `lapse dev to say ${pattern}`)
  return {
    folder,
    dev,
    run: async (code, how) => {
      await log.flush()
      before.receipts = log.receipts()
      return await shell(code, how)
    },
    node: async (code, how) => {
      await writeFile(join(folder, 'send.mjs'), code)
      return await shell('node send.mjs', how)
    },
    write: (name, content) => writeFile(join(folder, name), content),
    said,
    newReceipts: async (count) => {
      await said(new RegExp(`(?:${receipt.source}[^]*?){${before.receipts + count}}`))
    },
    stop: async () => {
      running.process.kill('SIGTERM')
      await running.ended
      await rm(folder, { recursive: true })
    },
  }
}

/** What `lapse dev` says, in a file as `tee` would leave it. */
function keepLog({ process }: Running, path: string) {
  const said: string[] = []
  process.stdout?.on('data', (chunk: Buffer) => void said.push(chunk.toString()))
  return {
    flush: () => writeFile(path, said.join('')),
    receipts: () => said.join('').split(receipt).length - 1,
  }
}

const receipt = /, first pass closed/

/** One shell after the other, each with the variables and functions that the one before has left. */
function openShell(cwd: string, environment: Readonly<Record<string, string>>) {
  const state = join(cwd, '.shell-state')
  const around = `[ ! -f "${state}" ] || . "${state}"; set -eo pipefail; eval "$1"; { export -p; declare -f; } > "${state}"`
  return async (block: string, { stdin = '', variables = {} }: With = {}): Promise<Ran> => {
    const given = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`)
    const child = spawn('bash', ['-c', around, 'bash', `${given.join('')}${block}`], {
      cwd,
      env: environment,
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(stdin)
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ])
    return { code, stdout, stderr }
  }
}

async function within<T>(ms: number, hope: Promise<T>, what: string): Promise<T> {
  const timer = Promise.withResolvers<never>()
  const id = setTimeout(() => timer.reject(new Error(`waited in vain for ${what}`)), ms)
  try {
    return await Promise.race([hope, timer.promise])
  } finally {
    clearTimeout(id)
  }
}
