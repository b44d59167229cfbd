import { setImmediate, setTimeout } from 'node:timers/promises'
import { failureOf } from '@lapse/core/ports'

/** A request under way is waited for no longer than this, in milliseconds: it may hang. */
const patienceMs = 20

/** Sends some things in one request; what came of each, in their order. */
export type Together<Input, Output> = (
  inputs: readonly Input[],
) => Promise<readonly PromiseSettledResult<Output>[]>

/** How some things are sent in one request, and one of them by itself. */
export interface Sending<Input, Output> {
  readonly alone: (input: Input) => Promise<Output>
  /** What came of those that the request has done, by their places. */
  readonly done: (inputs: readonly Input[]) => Promise<ReadonlyMap<number, Output>>
}

/**
 * Sends what is not done with the others by itself: what is wrong with one is then said of that one;
 * where nothing can be done, of all.
 */
export function together<Input, Output>({
  alone,
  done,
}: Sending<Input, Output>): Together<Input, Output> {
  return async (inputs) => {
    const known = inputs.length === 1 ? undefined : await done(inputs).catch(unlessRefused)
    return Promise.allSettled(
      inputs.map(async (input, place) =>
        known?.has(place) ? (known.get(place) as Output) : alone(input),
      ),
    )
  }
}

function unlessRefused(error: unknown): undefined {
  if (failureOf(error) !== undefined) throw error
}

/** What one request may hold. */
export interface Room<Input> {
  /** So many things, and so much of what `weightOf` counts; by itself anything goes. */
  readonly most: number
  readonly mostWeight?: number
  readonly weightOf?: (input: Input) => number
  /** Of things with the same name only one. */
  readonly nameOf?: (input: Input) => string
}

interface Group<Input, Output> {
  readonly inputs: Input[]
  readonly names: Set<string>
  weight: number
  readonly sent: ReturnType<Together<Input, Output>>
}

/**
 * Sends together what comes in the same turn of the event loop, and what comes while a request is
 * under way in the next: those of a batch's messages come at about the same time. One thing by itself
 * waits for nothing else.
 */
export function gathered<Input, Output>(
  send: Together<Input, Output>,
  { most, mostWeight = Infinity, weightOf = () => 0, nameOf }: Room<Input>,
): (input: Input) => Promise<Output> {
  let open: Group<Input, Output> | undefined
  let underWay: Promise<unknown> | undefined

  function opened(): Group<Input, Output> {
    const group: Group<Input, Output> = {
      inputs: [],
      names: new Set(),
      weight: 0,
      sent: Promise.resolve(underWay).then(async () => {
        // Answers that have arrived together are all read before this goes on.
        await setImmediate()
        if (open === group) open = undefined
        const sending = send(group.inputs)
        const patience = setTimeout(patienceMs, undefined, { ref: false })
        underWay = Promise.race([sending, patience]).catch(() => undefined)
        return sending
      }),
    }
    open = group
    return group
  }

  return async (input) => {
    const [weight, name] = [weightOf(input), nameOf?.(input)]
    const group =
      open !== undefined &&
      open.inputs.length < most &&
      open.weight + weight <= mostWeight &&
      (name === undefined || !open.names.has(name))
        ? open
        : opened()
    const place = group.inputs.push(input) - 1
    group.weight += weight
    if (name !== undefined) group.names.add(name)
    const outcome = (await group.sent)[place]
    if (outcome?.status === 'rejected') throw outcome.reason
    return outcome?.value as Output
  }
}
