import { createHash } from 'node:crypto'
import { redrivenName, withinLimit } from '@lapse/core/delivery'
import type { SqsQueue } from '../sqs/queue.ts'
import type { Described } from './described.ts'
import type { Copy, Dlq, Letter } from './dlq.ts'
import { walk } from './walk.ts'

/**
 * What became of a message: `sent`, or why it is still on the DLQ. `dry-run`: it would be sent.
 * `came-back`: this same run has sent it, and its worker has dead-lettered it again.
 * `refused-again`: its worker would dead-letter it once more.
 */
export type Redriven =
  | 'sent'
  | 'dry-run'
  | 'stub'
  | 'came-back'
  | 'redriven-twice'
  | 'refused-again'
  | 'no-worker'
  | 'no-queue'
  | 'not-taken'

/** What is redriven, and where to. */
export interface RedriveRules {
  readonly describe: (letter: Letter) => Described
  readonly isMeant: (described: Described) => boolean
  readonly queueOf: (described: Described) => SqsQueue | undefined
  /** Also what was redriven twice before. */
  readonly again: boolean
  /** Why its worker would dead-letter it again; `undefined` where it would not, or nobody asks. */
  readonly refusalOf: (described: Described) => Promise<string | undefined>
  readonly dryRun: boolean
}

/** What a redrive acts with. */
export interface RedriveServices {
  readonly dlq: Dlq
  /** Returns once the queue has it: `false` where SQS takes no such message. */
  readonly send: (queue: SqsQueue, copy: Copy) => Promise<boolean>
  /** Waited for after every message that was sent. */
  readonly pause: (described: Described) => Promise<void>
  readonly stopped: () => boolean
  /** @param why of what would be dead-lettered again */
  readonly tell: (described: Described, became: Redriven, why?: string) => void
}

/** More redrives than these have not helped, and one more will not: somebody has to look. */
export const mostRedrives = 2

/**
 * Sends what is on a DLQ back, one by one. A message leaves the DLQ only when the queue has its copy:
 * wherever this ends, each is on the DLQ, on the queue, or on both, which its ledger row makes harmless.
 */
export async function redrive(rules: RedriveRules, services: RedriveServices): Promise<void> {
  const { dlq, pause, stopped, tell } = services
  const sent = new Set<string>()
  await walk(
    dlq,
    async (letter) => {
      const described = rules.describe(letter)
      if (!rules.isMeant(described)) return 'kept'
      const [became, why] = await redriveOne(described, sent, rules, services)
      tell(described, became, why)
      if (became !== 'sent') return 'kept'
      await pause(described)
      return 'removed'
    },
    stopped,
  )
}

async function redriveOne(
  described: Described,
  sent: Set<string>,
  rules: RedriveRules,
  { dlq, send }: RedriveServices,
): Promise<readonly [Redriven, string?]> {
  const { letter, redriven } = described
  if (sent.has(nameOf(letter, redriven))) return ['came-back']
  const left = reasonToLeave(described, rules)
  if (left !== undefined) return [left]
  const queue = rules.queueOf(described)
  if (queue === undefined) return ['no-queue']
  const refusal = await rules.refusalOf(described)
  if (refusal !== undefined) return ['refused-again', refusal]
  if (rules.dryRun) return ['dry-run']

  if (!(await send(queue, copyOf(letter, redriven + 1)))) return ['not-taken']
  sent.add(nameOf(letter, redriven + 1))
  await dlq.remove(letter)
  return ['sent']
}

function reasonToLeave(
  { isStub, read, redriven, dlq }: Described,
  { again }: RedriveRules,
): Redriven | undefined {
  if (isStub) return 'stub'
  // On a worker's own DLQ anything may go back: it may be the worker that was mended.
  if (dlq.stem === undefined && 'refused' in read) return 'no-worker'
  return redriven >= mostRedrives && !again ? 'redriven-twice' : undefined
}

/** A copy with the same body is the same message, however often it was sent. */
function nameOf({ body }: Letter, redriven: number): string {
  return `${redriven} ${createHash('sha256').update(body).digest('hex')}`
}

/** The same body and attributes, and how often it was redriven; where there is room for no more, see `withinLimit`. */
function copyOf({ body, attributes }: Letter, redriven: number): Copy {
  const { [redrivenName]: _before, ...others } = attributes
  const count = { DataType: 'String', StringValue: String(redriven) }
  const all = Object.entries({ ...others, [redrivenName]: count })
  return { body, attributes: Object.fromEntries(withinLimit(all)) }
}
