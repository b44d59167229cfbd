import type { Rule } from '../stack.ts'
import * as access from './access.ts'
import * as alarms from './alarms.ts'
import * as data from './data.ts'
import * as functions from './functions.ts'
import * as partitions from './partitions.ts'
import * as place from './place.ts'
import * as queues from './queues.ts'

/** What holds for every stage, by name. */
export const rules = {
  ...queues,
  ...functions,
  ...access,
  ...data,
  ...alarms,
  ...partitions,
  ...place,
} satisfies Readonly<Record<string, Rule>>

export type RuleName = keyof typeof rules

/** `everyQueueIsEncrypted` as people write it. */
export function sentence(name: string): string {
  return name
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace(/\b(dlq|url|json)\b/g, (word) => word.toUpperCase())
}
