import { UsageError } from '../errors.ts'
import { print, printJson } from '../output/print.ts'
import { isOnTerminal, newScreen } from '../output/screen.ts'
import { pausing } from '../pause.ts'
import type { StageOption } from '../place/find-place.ts'
import { findSite, siteAt } from '../site/site.ts'
import { readStatus } from '../status/read-status.ts'
import { statusLines } from '../status/status-lines.ts'
import { aborted, untilSignal } from '../until-signal.ts'

export interface StatusOptions extends StageOption {
  /** Draws it again and again, until Ctrl-C. */
  readonly watch?: boolean
  readonly json?: boolean
}

/** Each reading asks AWS some twenty things. */
const everyMs = 5000

/** `lapse status`: what waits, what is open and what rings, on one screen. Reads only. */
export async function status({ stage, watch, json }: StatusOptions): Promise<void> {
  if (watch && json) throw new UsageError('give one of --watch and --json')
  if (watch && !isOnTerminal())
    throw new UsageError('--watch draws on a terminal, which standard output is not; leave it out')
  const site = await findSite({ stage }, process.env, process.cwd())
  if (watch) return watching(site.place)

  const read = await readStatus(site)
  if (json) printJson(read)
  else print(...statusLines(read))
}

async function watching(place: Parameters<typeof siteAt>[0]): Promise<void> {
  const stop = untilSignal()
  const pause = pausing(stop)
  const screen = newScreen()
  try {
    while (!stop.aborted) {
      // What a site has read it remembers: each drawing asks anew.
      const read = await Promise.race([readStatus(siteAt(place)), aborted(stop)])
      if (read === undefined) break
      screen.show(...statusLines(read))
      await pause(everyMs)
    }
  } finally {
    screen.close()
  }
}
