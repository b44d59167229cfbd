import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/lapse.js', import.meta.url))

export interface Surroundings {
  /** Besides PATH: nothing else of this process is inherited. */
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string | Uint8Array
  readonly cwd?: string
  /** Arguments for Node itself. */
  readonly node?: readonly string[]
}

/** How a command ended, and all it said. */
export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that runs, as a person would have started it. */
export interface Running {
  readonly process: ChildProcess
  /** Settles with what standard output holds once it matches. */
  said(pattern: RegExp): Promise<string>
  /** The same of standard error. */
  told(pattern: RegExp): Promise<string>
  readonly ended: Promise<Ended>
}

/** Starts the real command in a process of its own. */
export function startLapse(args: readonly string[], at: Surroundings = {}): Running {
  const child = spawn(process.execPath, [...(at.node ?? []), bin, ...args], {
    cwd: at.cwd,
    env: { PATH: process.env['PATH'], ...at.env },
  })
  child.stdin.end(at.stdin ?? '')
  // A test that fails half-way leaves nothing running.
  const end = () => child.kill()
  process.once('exit', end)
  child.once('close', () => process.off('exit', end))
  const stdout = listenTo(child, 'stdout')
  const stderr = listenTo(child, 'stderr')
  return {
    process: child,
    said: stdout.until,
    told: stderr.until,
    ended: once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as string | null,
      stdout: stdout.all(),
      stderr: stderr.all(),
    })),
  }
}

/** What a process writes, as it comes. */
function listenTo(child: ChildProcess, name: 'stdout' | 'stderr') {
  const chunks: Buffer[] = []
  const all = () => Buffer.concat(chunks).toString()
  const closed = once(child, 'close')
  const stream = child[name]
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk))
  return {
    all,
    until: async (pattern: RegExp) => {
      while (!pattern.test(all())) {
        if (stream === null) throw new Error(`has no ${name}`)
        await Promise.race([once(stream, 'data'), closed])
        if (child.exitCode !== null && !pattern.test(all())) throw new Error('ended before')
      }
      return all()
    },
  }
}

/** Runs the real command to its end. */
export function runLapse(args: readonly string[], at?: Surroundings): Promise<Ended> {
  return startLapse(args, at).ended
}
