import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'

/** A process that runs, as the system knows it. */
export interface Process {
  readonly uid: number
  /** Who started it, or has taken it over. */
  readonly parent: number
  /** What it was started with; npm writes what it runs over its own. */
  readonly args: readonly string[]
}

/** A process; `undefined` where there is none, or one that has ended and is waited for. */
export async function processOf(pid: number): Promise<Process | undefined> {
  const read = process.platform === 'linux' ? readProc : askPs
  return await read(pid).catch(() => undefined)
}

async function readProc(pid: number): Promise<Process | undefined> {
  const [{ uid }, line, status] = await Promise.all([
    stat(`/proc/${pid}`),
    readFile(`/proc/${pid}/cmdline`, 'utf8'),
    readFile(`/proc/${pid}/stat`, 'utf8'),
  ])
  // A name may hold blanks and parentheses; what follows the last one does not.
  const [state = '', parent] = status.slice(status.lastIndexOf(')') + 2).split(' ')
  return found(state, { uid, parent: Number(parent), args: line.split('\0') })
}

/** A blank in an argument makes two of it, which does no harm here. */
async function askPs(pid: number): Promise<Process | undefined> {
  const { stdout } = await promisify(execFile)('ps', [
    ...['-ww', '-o', 'stat=', '-o', 'uid=', '-o', 'ppid=', '-o', 'args='],
    ...['-p', String(pid)],
  ])
  const [state = '', uid, parent, ...args] = stdout.trim().split(/\s+/)
  return found(state, { uid: Number(uid), parent: Number(parent), args })
}

/** A zombie's number and parent are still told. */
function found(state: string, process: Process): Process | undefined {
  return /^[ZX]/.test(state) ? undefined : process
}
