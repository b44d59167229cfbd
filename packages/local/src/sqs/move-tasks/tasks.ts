import { randomUUID } from 'node:crypto'
import type { Clock } from '../../clock.ts'

/** Why a task cannot go on, in AWS's own words. */
export type FailureReason =
  | 'AWS.SimpleQueueService.NonExistentQueue'
  | 'CouldNotDetermineMessageSource'

/** What a task needs to know of the queues, by their ARNs, and to do with them. */
export interface MovableQueues {
  exists(arn: string): boolean
  /** Whether the redrive policy of another queue names it. */
  isDlq(arn: string): boolean
  /** How many of its messages can be received now. */
  waiting(arn: string): number
  /** Moves the one that waits longest: to another queue, or to that from which SQS moved it there. */
  moveOne(from: string, to: string | undefined): 'moved' | 'nothing-waits' | FailureReason
}

/** What is to be moved. */
export interface Move {
  readonly sourceArn: string
  /** Without it every message goes back to where it came from. */
  readonly destinationArn?: string | undefined
  /** Without it as fast as can be. */
  readonly perSecond?: number | undefined
}

/** A message move task, as far as it is. */
export interface MoveTask extends Move {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly toMove: number
  readonly moved: number
  readonly status: 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED'
  readonly failureReason?: FailureReason
}

export interface MoveTasks {
  start(move: Move): MoveTask
  /** The latest first; SQS remembers ten of a source. */
  of(sourceArn: string): readonly MoveTask[]
  /** Has a task that runs move no more; what it has moved stays where it is. */
  cancel(id: string): void
  /** Moves nothing any more. */
  stop(): void
}

const remembered = 10

/** Message move tasks: each moves the messages that waited when it began, one after the other. */
export function createMoveTasks(queues: MovableQueues, clock: Clock): MoveTasks {
  const tasks = new Map<string, MoveTask>()
  const alarms = new Map<string, () => void>()

  const of = (sourceArn: string) =>
    [...tasks.values()].filter((task) => task.sourceArn === sourceArn).reverse()

  function step(id: string): void {
    const task = tasks.get(id)
    if (task === undefined) return
    const next = { ...task, ...progressOf(task, queues) }
    tasks.set(id, next)
    if (next.status === 'RUNNING') arm(next)
    else alarms.delete(id)
  }

  function arm({ id, startedAt, moved, perSecond }: MoveTask): void {
    const due = perSecond === undefined ? clock.now() : startedAt + (moved * 1000) / perSecond
    alarms.set(
      id,
      clock.at(due, () => step(id)),
    )
  }

  function start(move: Move): MoveTask {
    const { sourceArn } = move
    const toMove = queues.waiting(sourceArn)
    const begun = { id: randomUUID(), startedAt: clock.now(), toMove, moved: 0 }
    const task: MoveTask = { ...move, ...begun, status: 'RUNNING' }
    tasks.set(task.id, task)
    for (const { id } of of(sourceArn).slice(remembered)) tasks.delete(id)
    arm(task)
    return task
  }

  return {
    start,
    of,
    cancel: (id) => {
      const task = tasks.get(id)
      if (task?.status === 'RUNNING') tasks.set(id, { ...task, status: 'CANCELLING' })
    },
    stop: () => {
      for (const callOff of alarms.values()) callOff()
    },
  }
}

/** What a task's next step makes of it. */
function progressOf(
  { status, moved, toMove, sourceArn, destinationArn }: MoveTask,
  queues: MovableQueues,
): Partial<MoveTask> {
  if (status === 'CANCELLING') return { status: 'CANCELLED' }
  if (moved === toMove) return { status: 'COMPLETED' }
  const outcome = queues.moveOne(sourceArn, destinationArn)
  if (outcome === 'nothing-waits') return { status: 'COMPLETED' }
  if (outcome !== 'moved') return { status: 'FAILED', failureReason: outcome }
  return moved + 1 === toMove ? { moved: toMove, status: 'COMPLETED' } : { moved: moved + 1 }
}
