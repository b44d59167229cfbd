import type { Waiting } from '@lapse/console'
import type { WorkflowRow } from '@lapse/core/run'
import { timeText } from '../output/time.ts'
import type { Site } from '../site/site.ts'
import type { EventLook } from '../wait/event-outcome.ts'
import { waitText } from '../wait/wait-text.ts'

/** An event that was sent from a page. Its content stays in memory, and is on no page. */
export interface Sent {
  readonly id: string
  readonly type: string
  readonly sentAt: number
  readonly queue: string
  readonly dlqUrl: string | undefined
  readonly look: EventLook
}

/** So many are looked after; what came before has its receipt, or is told by its queue. */
const most = 100

/** Events that were sent from here, until they have their receipt. */
export function newSentEvents() {
  const sent = new Map<string, Sent>()
  return {
    add(event: Sent): void {
      sent.set(event.id, event)
      const [oldest] = sent.keys()
      if (sent.size > most && oldest !== undefined) sent.delete(oldest)
    },
    /** Newest first; those alone that have no receipt. */
    async waiting(site: Site, id?: string): Promise<readonly Waiting[]> {
      const meant = [...sent.values()].filter((one) => id === undefined || one.id === id).reverse()
      const looked = await Promise.all(meant.map((one) => lookAt(one, site)))
      for (const [at, one] of meant.entries()) if (looked[at] === 'receipt') sent.delete(one.id)
      return looked.filter((one) => one !== 'receipt')
    },
  }
}

export type SentEvents = ReturnType<typeof newSentEvents>

async function lookAt(sent: Sent, site: Site): Promise<Waiting | 'receipt'> {
  const { id, type, sentAt, queue, look } = sent
  const told = { id, type, queue, sent_at: new Date(sentAt).toISOString() }
  try {
    const row = await look.row()
    if (row?.receipt !== undefined) return 'receipt'
    const attempts = (row?.attempts ?? []).map(attemptOf)
    const letter = (await isAnyDead(sent, site)) ? await look.deadLetter() : undefined
    if (letter !== undefined)
      return { ...told, attempts, why: letter.reason, dead_letter: letter.messageId }
    return { ...told, attempts, why: row === undefined ? await look.unbegun() : waitText(row) }
  } catch (error) {
    return { ...told, attempts: [], why: `cannot tell: ${problemOf(error)}` }
  }
}

/** A DLQ is looked into by hiding what is on it for a moment, so not where nothing is on it. */
async function isAnyDead({ dlqUrl }: Sent, { aws }: Site): Promise<boolean> {
  if (dlqUrl === undefined) return false
  return Number((await aws.queue(dlqUrl))['ApproximateNumberOfMessages'] ?? 0) > 0
}

function attemptOf({ number, startedAt, endedAt, outcome }: WorkflowRow['attempts'][number]) {
  return {
    number,
    started_at: new Date(startedAt).toISOString(),
    ended_at: endedAt === undefined ? null : new Date(endedAt).toISOString(),
    outcome: outcome ?? 'died',
  }
}

function problemOf(error: unknown): string {
  return error instanceof Error ? `${error.name} at ${timeText(Date.now())}` : 'unknown'
}
