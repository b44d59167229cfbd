import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'

/** Whose a process is, and what it was started with. */
interface Process {
  readonly uid: number
  readonly args: readonly string[]
}

/**
 * Whether a process runs, is this user's, and was started as `lapse dev`. That a number belongs to
 * some process says nothing: numbers are given again, and 1 is always there.
 */
export async function isLapseDev(pid: number): Promise<boolean> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  if (process.getuid === undefined) return isAlive(pid)
  const found = await processOf(pid).catch(() => undefined)
  return found?.uid === process.getuid() && startsLapseDev(found.args)
}

function startsLapseDev(args: readonly string[]): boolean {
  return args.some((arg, index) => /(^|\/)lapse(\.js)?$/.test(arg) && args[index + 1] === 'dev')
}

async function processOf(pid: number): Promise<Process> {
  if (process.platform !== 'linux') return await askPs(pid)
  const [{ uid }, line] = await Promise.all([
    stat(`/proc/${pid}`),
    readFile(`/proc/${pid}/cmdline`, 'utf8'),
  ])
  return { uid, args: line.split('\0') }
}

/** A blank in an argument makes two of it, which does no harm here. */
async function askPs(pid: number): Promise<Process> {
  const { stdout } = await promisify(execFile)('ps', [
    ...['-ww', '-o', 'uid=', '-o', 'args='],
    ...['-p', String(pid)],
  ])
  const [uid, ...args] = stdout.trim().split(/\s+/)
  return { uid: Number(uid), args }
}

/** All that Windows tells without more ado. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
