import type { FollowUp, FollowUps, KindChoice } from '../ports/index.ts'

/** Follow-ups in memory, with what came of those that ended. */
export interface MemoryFollowUps extends FollowUps {
  readonly scheduled: readonly FollowUp[]
  /** Outcomes by id. */
  readonly outcomes: ReadonlyMap<string, string>
}

export function memoryFollowUps(): MemoryFollowUps {
  const scheduled = new Map<string, FollowUp>()
  /** By the same names. */
  const ended = new Set<string>()
  const outcomes = new Map<string, string>()
  /** By kind: the id that reading resumes after. */
  const resumed = new Map<string, string>()
  const oldestFirst = () => [...scheduled.values()].sort((one, other) => one.dueAt - other.dueAt)
  const isOpen = (followUp: FollowUp) => !ended.has(nameOf(followUp))
  return {
    get scheduled() {
      return [...scheduled.values()]
    },
    outcomes,
    async schedule(followUp) {
      const name = nameOf(followUp)
      if (!scheduled.has(name)) scheduled.set(name, structuredClone(followUp))
      if (followUp.forgotten === true) ended.delete(name)
    },
    async *due(now, kinds = { except: [] }) {
      const after = 'only' in kinds ? resumed.get(kinds.only) : undefined
      yield* comingRound(oldestFirst(), after).filter(
        (followUp) => isOpen(followUp) && isDue(followUp, now) && isChosen(followUp, kinds),
      )
    },
    async *open(kind, about) {
      const after = about === undefined ? resumed.get(kind) : undefined
      yield* comingRound(oldestFirst(), after).filter(
        (followUp) =>
          isOpen(followUp) &&
          followUp.kind === kind &&
          (about === undefined || followUp.about === about),
      )
    },
    async resumeAfter({ kind, id }) {
      resumed.set(kind, id)
    },
    async end(followUp, outcome) {
      ended.add(nameOf(followUp))
      if (!outcomes.has(followUp.id)) outcomes.set(followUp.id, outcome)
    },
  }
}

/** One that nobody remembers may be there at several times. */
function nameOf({ id, dueAt, forgotten }: FollowUp): string {
  return forgotten === true ? `${dueAt} ${id}` : id
}

/** What stands after an id first, then the rest. */
function comingRound(sorted: readonly FollowUp[], after: string | undefined): readonly FollowUp[] {
  const start = sorted.findIndex(({ id }) => id === after) + 1
  return [...sorted.slice(start), ...sorted.slice(0, start)]
}

function isDue({ dueAt, about }: FollowUp, now: number): boolean {
  return about === undefined && dueAt <= now
}

function isChosen({ kind }: FollowUp, kinds: KindChoice): boolean {
  return 'only' in kinds ? kind === kinds.only : !kinds.except.includes(kind)
}
