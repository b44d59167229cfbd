import { type Environment, required } from './texts.ts'

/** The queue of an event: that of `user-deleted` is in `USER_DELETED_QUEUE_URL`. */
export function queueUrl(environment: Environment, stem: string): string {
  return required(environment, `${variable(stem)}_QUEUE_URL`)
}

/** Its DLQ: `USER_DELETED_DLQ_URL`. */
export function dlqUrl(environment: Environment, stem: string): string {
  return required(environment, `${variable(stem)}_DLQ_URL`)
}

function variable(stem: string): string {
  return stem.toUpperCase().replaceAll('-', '_')
}
