import { randomUUID } from 'node:crypto'
import { ACCOUNT_ID, DEFAULT_REGION } from '../aws.ts'

/** What EventBridge Scheduler invokes a function with when the schedule names no input. */
export interface ScheduledEvent {
  readonly version: '0'
  readonly id: string
  readonly 'detail-type': 'Scheduled Event'
  readonly source: 'aws.scheduler'
  readonly account: string
  readonly time: string
  readonly region: string
  readonly resources: readonly [string]
  readonly detail: '{}'
}

/** The event of a schedule, for a time in milliseconds since the epoch. */
export function scheduledEvent(schedule: string, time: number): ScheduledEvent {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: ACCOUNT_ID,
    time: `${new Date(time).toISOString().slice(0, 19)}Z`,
    region: DEFAULT_REGION,
    resources: [`arn:aws:scheduler:${DEFAULT_REGION}:${ACCOUNT_ID}:schedule/default/${schedule}`],
    detail: '{}',
  }
}
