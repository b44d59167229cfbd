import type { LogFields } from '../ports/index.ts'
import type { Services, WorkflowEvent } from '../run/index.ts'
import type { CleanMessage } from './clean-message.ts'
import { defer } from './copies.ts'
import { deadLetter } from './dead-letter.ts'
import { codeOf, problemOf } from './describe-error.ts'
import { type Disposition, dispositionOf } from './disposition.ts'
import { isGivenUp } from './given-up.ts'
import type { Delivered } from './message.ts'
import { refusedSource } from './refused-source.ts'
import type { Said } from './said.ts'
import { waitingCauseOf } from './waiting-cause.ts'
import type { Worker } from './worker.ts'

/** Defers, gives up or leaves a message that did not succeed. Never throws. */
export async function handleFailure<
  Event extends WorkflowEvent,
  Observation,
  Needs extends Services,
>(
  error: unknown,
  message: CleanMessage,
  said: Said,
  worker: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  const { pass, waiting } = said.envelope
  const disposition = dispositionOf(error, waiting, worker.clock.now())
  const source = refusalOf(error, disposition, message, worker)
  const fields = {
    message_id: message.messageId,
    pass,
    ...disposition,
    ...(source !== undefined && { source }),
  }
  logFailure(error, fields, worker)
  try {
    const delivered = await carryOut(disposition, codeOf(error), message, said, worker)
    if (isGivenUp(error, disposition, message, delivered)) worker.metrics.count('EventsGivenUp', 1)
    if (source !== undefined && delivered === 'acknowledge')
      worker.metrics.countOf(source, 'EventsRefused', 1)
    return delivered
  } catch (failure) {
    // The copy did not get anywhere, so the original must not go.
    worker.log.error('no copy could be made; the message stays on its queue', {
      ...fields,
      code: codeOf(failure),
      problem: problemOf(failure),
    })
    if (isGivenUp(failure, { next: 'retry' }, message, 'retry'))
      worker.metrics.count('EventsGivenUp', 1)
    return 'retry'
  }
}

/** Whose message is refused for what it is; `undefined` where it is not, or waited for too long. */
function refusalOf<Event extends WorkflowEvent, Observation, Needs extends Services>(
  error: unknown,
  { next }: Disposition,
  { body }: CleanMessage,
  { sources = () => [] }: Worker<Event, Observation, Needs>,
): string | undefined {
  const isRefused = next === 'dead-letter' && waitingCauseOf(error) === undefined
  return isRefused ? refusedSource(body, sources) : undefined
}

async function carryOut<Event extends WorkflowEvent, Observation, Needs extends Services>(
  disposition: Disposition,
  code: string,
  message: CleanMessage,
  said: Said,
  worker: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  const { metrics } = worker
  switch (disposition.next) {
    case 'retry':
      metrics.count('Failures', 1)
      return 'retry'
    case 'defer':
      return defer(message, said, { ...disposition, code }, worker)
    case 'dead-letter': {
      const delivered = await deadLetter(message, disposition.reason, worker)
      metrics.count(delivered === 'acknowledge' ? 'DeadLettered' : 'Failures', 1)
      return delivered
    }
  }
}

function logFailure<Event extends WorkflowEvent, Observation, Needs extends Services>(
  error: unknown,
  fields: LogFields,
  { log, metrics }: Worker<Event, Observation, Needs>,
): void {
  const code = codeOf(error)
  const described = { ...fields, code, problem: problemOf(error) }
  if (code === 'ERR_VERIFICATION') metrics.count('VerificationFailures', 1)
  if (waitingCauseOf(error) !== 'deployment') {
    log.warn('not done', described)
    return
  }
  metrics.count('ConfigurationErrors', 1)
  log.error('the deployment is misconfigured', described)
}
