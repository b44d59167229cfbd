import { CannotTell } from './cannot-tell.ts'
import { queuePairs } from './queues.ts'
import type { Site } from './site.ts'

/**
 * What every function and alarm of a stage is called by, `lapse-production-`: by the stage's own
 * name, or by the function that receives from a queue.
 * @throws CannotTell where that cannot be seen
 */
export async function stagePrefix({ aws, place, variables }: Site): Promise<string> {
  if (place.stage !== undefined) return `lapse-${place.stage}-`
  const [pair] = queuePairs(variables).filter(({ queueUrl }) => queueUrl !== undefined)
  if (pair?.queueUrl === undefined)
    throw new CannotTell('the stage is not known: USER_DELETED_QUEUE_URL is not set')
  const { QueueArn = '' } = await aws.queue(pair.queueUrl)
  const [mapping] = await aws.mappings(QueueArn)
  if (mapping === undefined)
    throw new CannotTell(`the stage is not known: nothing receives from ${pair.name}`)
  const stem = pair.name.replace(/-incident$/, '')
  return mapping.functionName.replace(new RegExp(`${stem}$`), '')
}
