import { processOf } from '../process-table.ts'

/**
 * Whether a process runs, is this user's, and was started as `lapse dev`. That a number belongs to
 * some process says nothing: numbers are given again, and 1 is always there.
 */
export async function isLapseDev(pid: number): Promise<boolean> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  if (process.getuid === undefined) return isAlive(pid)
  const found = await processOf(pid)
  return found?.uid === process.getuid() && startsLapseDev(found.args)
}

function startsLapseDev(args: readonly string[]): boolean {
  return args.some((arg, index) => /(^|\/)lapse(\.js)?$/.test(arg) && args[index + 1] === 'dev')
}

/** All that Windows tells without more ado. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
