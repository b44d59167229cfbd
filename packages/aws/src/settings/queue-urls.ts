import { type Environment, required } from './texts.ts'

/** The queue of an event: that of `user-deleted` is in `USER_DELETED_QUEUE_URL`. */
export function queueUrl(environment: Environment, stem: string): string {
  return required(environment, `${variable(stem)}_QUEUE_URL`)
}

/** The stem of the queue that an event's incidents have for themselves. */
export function incidentStem<Stem extends string>(stem: Stem): `${Stem}-incident` {
  return `${stem}-incident`
}

/** Whether an ARN is that of the queue with this URL: both end in its name, and names are unique here. */
export function isQueue(arn: string, url: string | undefined): boolean {
  const name = arn.split(':').at(-1)
  return name !== '' && name === url?.split('/').at(-1)
}

/** Its DLQ: `USER_DELETED_DLQ_URL`. */
export function dlqUrl(environment: Environment, stem: string): string {
  return required(environment, `${variable(stem)}_DLQ_URL`)
}

function variable(stem: string): string {
  return stem.toUpperCase().replaceAll('-', '_')
}
