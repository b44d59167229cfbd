import type { Progress } from '@lapse/core/backfill'
import { newProgress } from '../output/progress.ts'
import { timeText } from '../output/time.ts'
import { numberText } from './number-text.ts'

/** How far a run is, in one line: what is done, how fast that goes, and when it is over. */
export function progressText({ total, sent, done, perMinute, finishAt }: Progress): string {
  const far = `${numberText(done)} of ${numberText(total)} done, ${numberText(sent - done)} on their way`
  if (perMinute === undefined || finishAt === undefined) return far
  const rate = perMinute < 10 ? perMinute.toFixed(1) : numberText(Math.round(perMinute))
  return `${far}; ${rate} a minute, over about ${timeText(finishAt)}`
}

const everyMs = { terminal: 1000, elsewhere: 60_000 }

/** Tells how far it is on standard error: every second on a terminal, every minute in a log. */
export function newTeller(progress = newProgress(), now: () => number = Date.now) {
  const said = { at: 0 }
  const say = (text: string) => {
    if (now() - said.at < everyMs[progress.onTerminal ? 'terminal' : 'elsewhere']) return
    said.at = now()
    progress.begin(text)
  }
  return {
    say,
    tell: (its: Progress) => say(progressText(its)),
    clear: progress.clear,
  }
}
