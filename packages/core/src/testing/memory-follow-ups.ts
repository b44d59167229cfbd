import type { FollowUp, FollowUps } from '../ports/index.ts'

/** Follow-ups in memory, with what came of those that ended. */
export interface MemoryFollowUps extends FollowUps {
  readonly scheduled: readonly FollowUp[]
  /** Outcomes by id. */
  readonly outcomes: ReadonlyMap<string, string>
}

export function memoryFollowUps(): MemoryFollowUps {
  const scheduled = new Map<string, FollowUp>()
  const outcomes = new Map<string, string>()
  const open = () =>
    [...scheduled.values()]
      .filter(({ id }) => !outcomes.has(id))
      .sort((one, other) => one.dueAt - other.dueAt)
  return {
    get scheduled() {
      return [...scheduled.values()]
    },
    outcomes,
    async schedule(followUp) {
      if (!scheduled.has(followUp.id)) scheduled.set(followUp.id, structuredClone(followUp))
    },
    async *due(now) {
      yield* open().filter(({ dueAt }) => dueAt <= now)
    },
    async *open(kind) {
      yield* open().filter((followUp) => followUp.kind === kind)
    },
    async end({ id }, outcome) {
      if (!outcomes.has(id)) outcomes.set(id, outcome)
    },
  }
}
