import { parseJson } from '@lapse/core/events'
import { isLane, lanes } from '@lapse/core/lane'
import { CommandError, UsageError } from '../errors.ts'

/**
 * An event that its worker can read, with a lane in it, and otherwise byte for byte as it was. What is
 * no CloudEvent has no place for one, and what says another lane itself is not overruled.
 * @param lane as it was given; absent: the event stays as it is
 * @throws UsageError, CommandError
 */
export function inLane(body: string, lane: string | undefined): string {
  if (lane === undefined) return body
  if (!isLane(lane))
    throw new UsageError(`--lane ${lane} is not a lane; give one of ${lanes.join(', ')}`)

  const event = Object(parseJson(body)) as Readonly<Record<string, unknown>>
  if (event['lane'] === lane) return body
  if (!Object.hasOwn(event, 'specversion'))
    throw new CommandError(
      'nothing was sent: --lane is for a CloudEvent by itself; in what carries one, write the lane into the event',
    )
  if (Object.hasOwn(event, 'lane'))
    throw new CommandError(
      'nothing was sent: the event says its lane itself; change it there, or leave --lane out',
    )
  return body.replace('{', `{"lane":"${lane}",`)
}
