import { type Process, processOf } from './process-table.ts'

type LookUp = (pid: number) => Promise<Pick<Process, 'parent' | 'args'> | undefined>

/** Between npm and what it runs are a shell and, at times, another Node. */
const furthest = 6
const everyMs = 500

/**
 * Aborted once the npm or npx that started this process has ended, by whatever signal: it passes on
 * few of them, and a server that nobody has any more would stay. Never aborted where it was started
 * otherwise. Settles once it is known who that is: one that ends before could not be found any more.
 */
export async function untilStarterEnds(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<AbortSignal> {
  const over = new AbortController()
  // npm, pnpm, yarn and bun all set it.
  const starters = environment['npm_config_user_agent']
    ? await startersOf(process.ppid, processOf)
    : []
  if (starters.length > 0) void watch(starters, over)
  return over.signal
}

async function watch(starters: readonly number[], over: AbortController): Promise<void> {
  if (await stillRun([process.pid, ...starters], processOf))
    setTimeout(() => void watch(starters, over), everyMs).unref()
  else over.abort()
}

/** The processes from a parent up to the package manager, itself included; none where there is none. */
export async function startersOf(
  parent: number,
  lookUp: LookUp,
  deep = furthest,
): Promise<readonly number[]> {
  const found = deep > 0 && parent > 1 ? await lookUp(parent) : undefined
  if (found === undefined) return []
  if (isPackageManager(found.args)) return [parent]
  const others = await startersOf(found.parent, lookUp, deep - 1)
  return others.length === 0 ? [] : [parent, ...others]
}

/** Whether each of these processes runs, and is still a child of the next one. */
export async function stillRun(pids: readonly number[], lookUp: LookUp): Promise<boolean> {
  const found = await Promise.all(pids.map(lookUp))
  return found.every((each, index) => {
    const parent = pids[index + 1]
    return each !== undefined && (parent === undefined || each.parent === parent)
  })
}

/** npm calls its process what it runs: `npm exec lapse dev`. The others are scripts of Node, or programs. */
function isPackageManager(args: readonly string[]): boolean {
  const name = /^(.*\/)?(npm|npx|pnpm|yarn|bun)(-cli)?(\.[cm]?js)?$/
  return args.slice(0, 2).some((arg) => name.test(arg.split(' ')[0] ?? ''))
}
