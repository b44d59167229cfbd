import type { Block } from '../output/layout.ts'
import type { Progress } from '../output/progress.ts'
import { eventually, type Patience, soonerThan } from './bell.ts'
import type { SentEvent } from './queue.ts'
import type { Stage } from './stage.ts'

/** How the story is told while it happens. */
export interface Telling {
  readonly progress: Progress
  /** Takes lines for people; does nothing where a document is wanted. */
  readonly tell: (blocks: readonly Block[]) => void
}

/** What every part of the story is played with. */
export interface Scene {
  readonly stage: Stage
  readonly tell: Telling['tell']
  /** Looks until there is something to see, telling what is waited for. */
  readonly wait: <T>(what: string, look: () => Promise<T | undefined>) => Promise<T>
  /** Lets time pass until then, in milliseconds since the epoch. */
  readonly waitUntil: (time: number, what: string) => Promise<void>
  /** What has been sent so far, in order. */
  readonly sent: SentEvent[]
}

export function setScene(stage: Stage, { tell, progress }: Telling, patience: Patience): Scene {
  const during = async <T>(what: string, hope: Promise<T>): Promise<T> => {
    progress.begin(`waiting for ${what}`)
    const seen = await hope
    progress.clear()
    return seen
  }
  return {
    stage,
    tell,
    sent: [],
    wait: (what, look) => during(what, eventually(what, look, patience)),
    waitUntil: (time, what) => during(what, soonerThan(patience.over, timeReached(time), what)),
  }
}

/** A timer may ring a little early, so the clock is asked again. */
async function timeReached(time: number): Promise<void> {
  while (Date.now() < time) {
    await new Promise((resolve) => setTimeout(resolve, time - Date.now()))
  }
}
