import type { MovableQueues, Move, MoveTask, MoveTasks } from './tasks.ts'

type Input = Readonly<Record<string, unknown>>

/** Names, texts and statuses are those that AWS answered with. */
export class SqsRefusal extends Error {
  override readonly name = 'SqsRefusal'
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

const active: readonly MoveTask['status'][] = ['RUNNING', 'CANCELLING']

/** The three actions of SQS, each from its input to its output. @throws SqsRefusal */
export function moveTaskActions(
  queues: MovableQueues,
  tasks: MoveTasks,
): Readonly<Record<string, (input: Input) => object>> {
  return {
    StartMessageMoveTask: (input) => {
      const { id, sourceArn } = tasks.start(checkedMove(input, queues, tasks))
      return { TaskHandle: handleOf({ id, sourceArn }) }
    },
    ListMessageMoveTasks: (input) => {
      const sourceArn = existing('SourceArn', text(input, 'SourceArn'), queues)
      const many = integer(input, 'MaxResults', 10) ?? 1
      return { Results: tasks.of(sourceArn).slice(0, many).map(entryOf) }
    },
    CancelMessageMoveTask: (input) => {
      const { id, sourceArn } = taskNamed(text(input, 'TaskHandle'))
      const task = tasks.of(existing('SourceArn', sourceArn, queues)).find((each) => each.id === id)
      if (task?.status !== 'RUNNING') throw notFound('Task does not exist.')
      tasks.cancel(id)
      return { ApproximateNumberOfMessagesMoved: task.moved }
    },
  }
}

function checkedMove(input: Input, queues: MovableQueues, tasks: MoveTasks): Move {
  const sourceArn = existing('SourceArn', text(input, 'SourceArn'), queues)
  if (!queues.isDlq(sourceArn))
    throw invalid('Source queue must be configured as a Dead Letter Queue.')

  const destinationArn = input['DestinationArn'] ? text(input, 'DestinationArn') : undefined
  if (destinationArn !== undefined) existing('DestinationArn', destinationArn, queues)
  const perSecond = integer(input, 'MaxNumberOfMessagesPerSecond', 500)
  if (tasks.of(sourceArn).some(({ status }) => active.includes(status)))
    throw invalid(
      'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
    )
  return { sourceArn, destinationArn, perSecond }
}

/** Only a task that runs has a handle, as only such a task can be cancelled. */
function entryOf(task: MoveTask): object {
  const { sourceArn, destinationArn, perSecond, startedAt, toMove, moved, status } = task
  return {
    ...(status === 'RUNNING' && { TaskHandle: handleOf(task) }),
    Status: status,
    SourceArn: sourceArn,
    ...(destinationArn !== undefined && { DestinationArn: destinationArn }),
    ...(perSecond !== undefined && { MaxNumberOfMessagesPerSecond: perSecond }),
    ApproximateNumberOfMessagesMoved: moved,
    ApproximateNumberOfMessagesToMove: toMove,
    ...(task.failureReason && { FailureReason: task.failureReason }),
    StartedTimestamp: startedAt,
  }
}

type Named = Pick<MoveTask, 'id' | 'sourceArn'>

/** As AWS makes them: base64 of JSON. */
function handleOf({ id, sourceArn }: Named): string {
  return Buffer.from(JSON.stringify({ taskId: id, sourceArn })).toString('base64')
}

function taskNamed(handle: string): Named {
  const { taskId, sourceArn } = parse(Buffer.from(handle, 'base64').toString())
  if (typeof taskId === 'string' && typeof sourceArn === 'string') return { id: taskId, sourceArn }
  throw invalid('Value for parameter TaskHandle is invalid.')
}

function parse(json: string): Input {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? (value as Input) : {}
  } catch {
    return {}
  }
}

function existing(name: string, arn: string, queues: MovableQueues): string {
  if (queues.exists(arn)) return arn
  throw notFound(`The resource that you specified for the ${name} parameter doesn't exist.`)
}

function text(input: Input, name: string): string {
  const value = input[name]
  if (typeof value === 'string' && value !== '') return value
  throw new SqsRefusal('MissingParameter', `The request must contain the parameter ${name}.`)
}

function integer(input: Input, name: string, most: number): number | undefined {
  const value = input[name]
  if (value === undefined || value === null) return undefined
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most) return Number(value)
  throw invalid(
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between 1 and ${most}.`,
  )
}

function invalid(message: string): SqsRefusal {
  return new SqsRefusal('InvalidParameterValue', message)
}

function notFound(message: string): SqsRefusal {
  return new SqsRefusal('ResourceNotFoundException', message, 404)
}
