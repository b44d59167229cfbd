import { queueUrlIn } from '../sqs/queue.ts'
import { dlqVariable, queueVariable } from '../sqs/variables.ts'
import { stems } from '../stems.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** A queue of events and its DLQ, by the variables that the functions have. */
export interface QueuePair {
  /** `user-deleted`, `user-deleted-incident`. */
  readonly name: string
  readonly queueVariable: string
  readonly dlqVariable: string
  /** `undefined` where the variable is not set. */
  readonly queueUrl: string | undefined
  readonly dlqUrl: string | undefined
}

/** Every pair there is. @throws UsageError where a variable holds something else than a URL */
export function queuePairs(variables: Variables): readonly QueuePair[] {
  const names = stems.flatMap((stem) => [stem, `${stem}-incident`])
  return names.map((name) => {
    const [ofQueue, ofDlq] = [queueVariable(name), dlqVariable(name)]
    return {
      name,
      queueVariable: ofQueue,
      dlqVariable: ofDlq,
      queueUrl: queueUrlIn(variables, ofQueue),
      dlqUrl: queueUrlIn(variables, ofDlq),
    }
  })
}
