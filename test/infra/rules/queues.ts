import type { Bag } from '../engine/answers.ts'
import type { Resource } from '../engine/mock-engine.ts'
import { parsed, type Rule, type Stack, stageKey, statementsOf, types } from '../stack.ts'

const fourteenDays = 14 * 86_400

/** What a message goes through between a queue and the function that processes it. */
interface Subscription {
  readonly mapping: Resource
  readonly queue: Resource
  readonly lambda: Resource
}

function subscriptionsOf(stack: Stack): readonly Subscription[] {
  return stack.some(types.mapping).map((mapping) => {
    const queue = stack.byArn(mapping.inputs['eventSourceArn'])
    const lambda = stack.byArn(mapping.inputs['functionName'])
    if (queue === undefined || lambda === undefined) throw new Error(`${mapping.name} maps nothing`)
    return { mapping, queue, lambda }
  })
}

/** Whatever some resource names as the place for what it cannot deliver. */
function deadLetterArnsOf(stack: Stack): readonly unknown[] {
  const named = [
    ...stack.all(types.queue).map(({ inputs }) => parsed(inputs['redrivePolicy'])),
    ...stack.all(types.subscription).map(({ inputs }) => parsed(inputs['redrivePolicy'])),
  ].map((policy) => policy?.['deadLetterTargetArn'])
  const configured = [
    ...stack.all(types.eventTarget).map(({ inputs }) => inputs['deadLetterConfig']),
    ...stack.all(types.schedule).map(({ inputs }) => (inputs['target'] as Bag)['deadLetterConfig']),
  ].map((config) => (config as Bag | undefined)?.['arn'])
  const destinations = stack.all(types.eventInvokeConfig).map(({ inputs }) => {
    const { onFailure } = (inputs['destinationConfig'] ?? {}) as { onFailure?: Bag }
    return onFailure?.['destination']
  })
  return [...named, ...configured, ...destinations].filter((arn) => arn !== undefined)
}

/** Queues that nothing processes, and those that something names as its DLQ. */
function dlqsOf(stack: Stack): readonly Resource[] {
  const workedOff = subscriptionsOf(stack).map(({ queue }) => queue)
  const named = deadLetterArnsOf(stack)
  return stack
    .some(types.queue)
    .filter((queue) => !workedOff.includes(queue) || named.includes(queue.state['arn']))
}

export const everyQueueIsEncrypted: Rule = (stack) => {
  const key = stageKey(stack)
  return stack
    .some(types.queue)
    .filter(({ inputs }) => inputs['kmsMasterKeyId'] !== key?.state['arn'])
    .map(({ name }) => `${name} is not encrypted with the key of the stage`)
}

export const failuresAreReportedOneByOne: Rule = (stack) =>
  subscriptionsOf(stack)
    .filter(({ mapping }) => {
      const types = (mapping.inputs['functionResponseTypes'] ?? []) as readonly string[]
      return !types.includes('ReportBatchItemFailures')
    })
    .map(({ mapping }) => `${mapping.name} fails whole batches`)

export const visibilityOutlastsRetries: Rule = (stack) =>
  subscriptionsOf(stack).flatMap(({ mapping, queue, lambda }) => {
    const window = Number(mapping.inputs['maximumBatchingWindowInSeconds'] ?? 0)
    const least = 6 * Number(lambda.inputs['timeout']) + window
    const visibility = Number(queue.inputs['visibilityTimeoutSeconds'])
    return visibility >= least ? [] : [`${queue.name} hides messages for ${visibility} s only`]
  })

export const concurrencyIsBounded: Rule = (stack) =>
  subscriptionsOf(stack).flatMap(({ mapping }) => {
    const { maximumConcurrency } = (mapping.inputs['scalingConfig'] ?? {}) as Bag
    return Number(maximumConcurrency) >= 2 ? [] : [`${mapping.name} has no maximum concurrency`]
  })

/** What a function takes from beside its incidents would otherwise stand before them in one queue. */
export const incidentsHaveAQueueOfTheirOwn: Rule = (stack) =>
  [...Map.groupBy(subscriptionsOf(stack), ({ lambda }) => lambda)].flatMap(([lambda, both]) => {
    const names = both.map(({ queue }) => queue.name.replace(/Queue$/, '')).toSorted()
    const [ordinary = ''] = names
    const terms = both.map(({ mapping: { inputs } }) =>
      JSON.stringify([inputs['batchSize'], inputs['scalingConfig']]),
    )
    return [
      ...(names.join() === [ordinary, `${ordinary}Incident`].join()
        ? []
        : [`${lambda.name} takes from ${names.join(' and ')} only`]),
      ...(new Set(terms).size === 1 ? [] : [`${lambda.name} takes incidents on other terms`]),
    ]
  })

/** Who may send an incident is for IAM to say: no topic, bus or stream leads to where they are. */
export const nothingIsDeliveredToIncidents: Rule = (stack) =>
  stack
    .some(types.queue)
    .filter(({ name }) => name.endsWith('IncidentQueue'))
    .filter((queue) => producersIn(stack, queue).length + producersOf(stack, queue).length > 0)
    .map(({ name }) => `${name} is delivered to by others than the door and IAM`)

export const whatFailsIsRedriven: Rule = (stack) =>
  subscriptionsOf(stack).flatMap(({ queue }) => {
    const policy = parsed(queue.inputs['redrivePolicy'])
    const dlq = stack.byArn(policy?.['deadLetterTargetArn'])
    if (policy === undefined || dlq === undefined) return [`${queue.name} has no DLQ`]
    return [
      // Its worker goes by that number (test/receives.test.ts).
      ...(Number(policy['maxReceiveCount']) === 5
        ? []
        : [`${queue.name} gives up at another receive than its worker knows of`]),
      ...(dlq.inputs['redrivePolicy'] === undefined ? [] : [`${dlq.name} redrives itself`]),
      ...(allowsRedriveFrom(stack, dlq, queue) ? [] : [`${dlq.name} takes from any queue`]),
    ]
  })

function allowsRedriveFrom(stack: Stack, dlq: Resource, queue: Resource): boolean {
  const policy = stack
    .all(types.redriveAllowPolicy)
    .find(({ inputs }) => inputs['queueUrl'] === dlq.state['url'])
  const { redrivePermission, sourceQueueArns } = parsed(policy?.inputs['redriveAllowPolicy']) ?? {}
  const sources = JSON.stringify(sourceQueueArns)
  return redrivePermission === 'byQueue' && sources === JSON.stringify([queue.state['arn']])
}

export const messagesAreKept: Rule = (stack) =>
  stack
    .some(types.queue)
    .filter(({ inputs }) => inputs['messageRetentionSeconds'] !== fourteenDays)
    .map(({ name }) => `${name} does not keep messages for 14 days`)

export const everyDlqHasAnAlarm: Rule = (stack) => {
  const watched = stack
    .some(types.alarm)
    .filter(
      ({ inputs }) =>
        inputs['metricName'] === 'ApproximateNumberOfMessagesVisible' && inputs['threshold'] === 0,
    )
    .map(({ inputs }) => (inputs['dimensions'] as Bag)['QueueName'])
  return dlqsOf(stack)
    .filter(({ state }) => !watched.includes(state['name']))
    .map(({ name }) => `nobody hears of messages on ${name}`)
}

export const everyDeliveryHasADlq: Rule = (stack) => {
  const missing = (resources: readonly Resource[], has: (resource: Resource) => unknown) =>
    resources.filter((resource) => stack.byArn(has(resource)) === undefined).map(({ name }) => name)
  const queueSubscriptions = stack
    .some(types.subscription)
    .filter(({ inputs }) => inputs['protocol'] === 'sqs')
  return [
    ...missing(
      queueSubscriptions,
      ({ inputs }) => parsed(inputs['redrivePolicy'])?.['deadLetterTargetArn'],
    ),
    ...missing(
      stack.some(types.eventTarget),
      ({ inputs }) => (inputs['deadLetterConfig'] as Bag | undefined)?.['arn'],
    ),
    ...missing(stack.some(types.schedule), ({ inputs }) => {
      const { deadLetterConfig } = inputs['target'] as { deadLetterConfig?: Bag }
      return deadLetterConfig?.['arn']
    }),
  ].map((name) => `${name} loses what it cannot deliver`)
}

export const everyQueueHasOnePolicy: Rule = (stack) => {
  const policies = stack.some(types.queuePolicy)
  return stack.some(types.queue).flatMap(({ name, state }) => {
    const count = policies.filter(({ inputs }) => inputs['queueUrl'] === state['url']).length
    return count === 1 ? [] : [`${name} has ${count} policies`]
  })
}

/** Who may put messages on a queue by its policy: a service, and the resource it does so for. */
function producersIn(stack: Stack, queue: Resource): readonly string[] {
  return stack
    .all(types.queuePolicy)
    .filter(({ inputs }) => inputs['queueUrl'] === queue.state['url'])
    .flatMap(({ inputs }) => statementsOf(inputs['policy']))
    .filter(({ effect }) => effect === 'Allow')
    .map(({ principal, condition }) => {
      const { ArnEquals } = condition as { ArnEquals?: Bag }
      return `${JSON.stringify(principal)} for ${String(ArnEquals?.['aws:SourceArn'])}`
    })
}

/** Who has to be in a queue's policy: topics and rules that deliver to it, or that fail to. */
function producersOf(stack: Stack, queue: Resource): readonly string[] {
  const { arn } = queue.state
  const topics = stack
    .some(types.subscription)
    .filter(
      ({ inputs }) =>
        inputs['endpoint'] === arn ||
        parsed(inputs['redrivePolicy'])?.['deadLetterTargetArn'] === arn,
    )
    .map(({ inputs }) => `{"Service":"sns.amazonaws.com"} for ${String(inputs['topic'])}`)
  const rules = stack
    .some(types.eventTarget)
    .filter(({ inputs }) => {
      const { arn: dlqArn } = (inputs['deadLetterConfig'] ?? {}) as Bag
      return inputs['arn'] === arn || dlqArn === arn
    })
    .map(({ inputs }) => {
      const rule = stack.resources.find(({ state }) => state['name'] === inputs['rule'])
      return `{"Service":"events.amazonaws.com"} for ${String(rule?.state['arn'])}`
    })
  return [...topics, ...rules]
}

export const policiesHoldTheProducers: Rule = (stack) =>
  stack.some(types.queue).flatMap((queue) => {
    const allowed = producersIn(stack, queue).toSorted().join('; ')
    const wanted = producersOf(stack, queue).toSorted().join('; ')
    return allowed === wanted
      ? []
      : [`the policy of ${queue.name} allows [${allowed}] and not [${wanted}]`]
  })

export const policiesAllowSendingOnly: Rule = (stack) =>
  stack
    .some(types.queuePolicy)
    .filter(({ inputs }) =>
      statementsOf(inputs['policy']).some(
        ({ effect, actions }) => effect === 'Allow' && actions.join() !== 'sqs:SendMessage',
      ),
    )
    .map(({ name }) => `${name} allows more than sending`)

export const queuesAreReachedEncrypted: Rule = (stack) =>
  stack
    .some(types.queuePolicy)
    .filter(
      ({ inputs }) =>
        !statementsOf(inputs['policy']).some(
          ({ effect, condition }) =>
            effect === 'Deny' &&
            JSON.stringify(condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
        ),
    )
    .map(({ name }) => `${name} lets in plain HTTP`)
