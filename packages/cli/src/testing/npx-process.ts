import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Where what npx looks for is installed. */
export const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** A command as npx runs it. */
export interface UnderNpx {
  /** npx itself. */
  readonly npx: ChildProcess
  /** The first line that was printed, as JSON. */
  readonly ready: { readonly pid: number; readonly endpoints: Readonly<Record<string, string>> }
  /** Settles once neither npx nor anything it has started holds standard output. */
  readonly over: Promise<unknown>
}

/** Starts `npx lapse` with these arguments in a folder, and waits for its first line. */
export async function startUnderNpx(args: readonly string[], cwd = root): Promise<UnderNpx> {
  const { PATH, HOME } = process.env
  const npx = spawn('npx', ['lapse', ...args], {
    cwd,
    // With one thread, whatever is looked up behind the making of keys comes late.
    env: { PATH, HOME, UV_THREADPOOL_SIZE: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const over = once(npx.stdout, 'close')
  const [line] = await once(createInterface({ input: npx.stdout }), 'line')
  return { npx, ready: JSON.parse(String(line)), over }
}
