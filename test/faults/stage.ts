/**
 * What happens to an actor at a gate: it goes on, it dies before the call or right after it, the
 * call fails, or it is made and its answer gets lost.
 */
export type Fate = 'go-on' | 'die-before' | 'die-after' | 'fail' | 'lose-answer'

/**
 * Everything that one process by itself can meet at a call: to die before it is to die after the one
 * before, or not to have begun.
 */
export const fatesAlone = ['die-after', 'fail', 'lose-answer'] as const

/** A process that is held at every call it makes to the outside; the first that waits goes first. */
export interface Actor {
  readonly name: string
  /** What it would do next, while it is held. */
  readonly at: string | undefined
  readonly state: 'held' | 'done' | 'dead'
  /** Lets it meet its fate, and settles once it is held again, done or dead. */
  step(fate: Fate): Promise<void>
}

/** How an actor reaches the outside: every call waits at the gate. `lost` is what it gets for an answer. */
export type Gate = <T>(
  label: string,
  call: () => Promise<T>,
  lost?: (mayHaveRun: boolean) => Error,
) => Promise<T>

const unreachable = (): Error => new Error('no answer')

interface Held {
  readonly label: string
  readonly meet: (fate: Fate) => void
}

/**
 * Starts a process that moves only when it is told to. Death is what it is in Lambda: nothing runs
 * any more, no `catch` and no `finally`, whatever was already sent stays sent.
 */
export async function startActor(
  name: string,
  play: (gate: Gate) => Promise<void>,
): Promise<Actor> {
  const actor = { state: 'held' as Actor['state'], held: [] as Held[] }
  const waiting = { turn: Promise.withResolvers<void>() }
  const settle = (state: Actor['state']) => {
    actor.state = state
    waiting.turn.resolve()
  }
  /** Calls that are made at the same time have all arrived at their gates a turn later. */
  const holdLater = () =>
    setImmediate(() => {
      if (actor.state === 'held' && actor.held.length > 0) settle('held')
    })

  const gate: Gate = async (label, call, lost = unreachable) => {
    const fate = await new Promise<Fate>((meet) => {
      actor.held.push({ label, meet })
      holdLater()
    })
    if (fate === 'die-before') return dies(settle)
    if (fate === 'fail') {
      holdLater()
      throw lost(false)
    }
    const outcome = await call().then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error
      },
    )
    if (fate === 'die-after') return dies(settle)
    holdLater()
    if (fate === 'lose-answer') throw lost(true)
    return outcome()
  }
  void play(gate).then(() => settle('done'))
  await waiting.turn.promise

  return {
    name,
    get at() {
      return actor.held[0]?.label
    },
    get state() {
      return actor.state
    },
    async step(fate) {
      const held = actor.held.shift()
      if (actor.state !== 'held' || held === undefined) throw new Error(`${name} is not held`)
      waiting.turn = Promise.withResolvers()
      held.meet(fate)
      await waiting.turn.promise
    },
  }
}

function dies(settle: (state: 'dead') => void): Promise<never> {
  settle('dead')
  return new Promise(() => undefined)
}
