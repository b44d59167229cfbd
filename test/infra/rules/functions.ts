import { account, type Bag } from '../engine/answers.ts'
import type { Resource } from '../engine/mock-engine.ts'
import { type Rule, type Stack, types } from '../stack.ts'

const longestTimeoutSeconds = 300

export const functionsRunAsTheyShould: Rule = (stack) =>
  stack
    .some(types.function)
    .flatMap(({ name, inputs }) => [
      ...(inputs['runtime'] === 'nodejs24.x' ? [] : [`${name} runs on ${inputs['runtime']}`]),
      ...(String(inputs['architectures']) === 'arm64' ? [] : [`${name} is not for arm64`]),
      ...(Number(inputs['timeout']) <= longestTimeoutSeconds ? [] : [`${name} may run too long`]),
    ])

/** Lambda has 4 KB for all variables of a function. */
export const environmentsFit: Rule = (stack) =>
  stack.some(types.function).flatMap(({ name, inputs }) => {
    const { variables } = inputs['environment'] as { variables: Bag }
    const bytes = Buffer.byteLength(Object.entries(variables).flat().join(''))
    return bytes <= 4096 ? [] : [`${name} is told ${bytes} bytes`]
  })

/** IAM has 10,240 characters for all inline policies of a role. */
export const policiesFit: Rule = (stack) =>
  stack.some(types.role).flatMap(({ name, inputs }) => {
    const policies = (inputs['inlinePolicies'] ?? []) as readonly { policy: string }[]
    const length = policies.reduce((sum, { policy }) => sum + policy.length, 0)
    return length <= 10_240 ? [] : [`${name} has ${length} characters of policies`]
  })

/** Alarms and people find what a function counts and logs by its name. */
export const functionsAreKnownByTheirNames: Rule = (stack) =>
  stack.some(types.function).flatMap(({ name, inputs }) => {
    const { variables } = inputs['environment'] as { variables: Bag }
    const { logGroup } = inputs['loggingConfig'] as Bag
    const known = [
      variables['POWERTOOLS_SERVICE_NAME'],
      String(logGroup).replace('/aws/lambda/', ''),
    ]
    return known.every((one) => one === inputs['name'])
      ? []
      : [`${name} is ${String(inputs['name'])}, and known as ${known.join(' and ')}`]
  })

export const logsAreJsonAndExpire: Rule = (stack) =>
  stack.some(types.function).flatMap(({ name, inputs }) => {
    const { logFormat, logGroup } = (inputs['loggingConfig'] ?? {}) as Bag
    const group = stack.all(types.logGroup).find(({ state }) => state['name'] === logGroup)
    return [
      ...(logFormat === 'JSON' ? [] : [`${name} logs ${String(logFormat)}`]),
      ...(Number(group?.inputs['retentionInDays']) > 0 ? [] : [`${name} keeps its logs for ever`]),
    ]
  })

export const everyFunctionHasItsAlarms: Rule = (stack) =>
  stack
    .some(types.function)
    .flatMap((lambda) =>
      ['Errors', 'Throttles']
        .filter((metric) => !isWatched(stack, lambda, metric))
        .map((metric) => `nobody hears of ${metric} of ${lambda.name}`),
    )

function isWatched(stack: Stack, { state }: Resource, metric: string): boolean {
  return stack
    .some(types.alarm)
    .some(
      ({ inputs }) =>
        inputs['namespace'] === 'AWS/Lambda' &&
        inputs['metricName'] === metric &&
        inputs['threshold'] === 0 &&
        (inputs['dimensions'] as Bag)['FunctionName'] === state['name'],
    )
}

/** What Scheduler starts, nobody waits for: its failures have to go somewhere. */
export const scheduledFailuresAreKept: Rule = (stack) =>
  stack.some(types.schedule).flatMap(({ name, inputs }) => {
    const { arn, retryPolicy } = inputs['target'] as { arn: unknown; retryPolicy?: Bag }
    const lambda = stack.byArn(arn)
    const config = stack
      .all(types.eventInvokeConfig)
      .find(({ inputs }) => inputs['functionName'] === lambda?.state['name'])
    const { onFailure } = (config?.inputs['destinationConfig'] ?? {}) as { onFailure?: Bag }
    return [
      ...(Number(retryPolicy?.['maximumRetryAttempts']) > 0 ? [] : [`${name} is not retried`]),
      ...(stack.byArn(onFailure?.['destination']) ? [] : [`${name} loses its failures`]),
    ]
  })

export const onlyTheDoorIsPublic: Rule = (stack) =>
  stack.some(types.functionUrl).flatMap(({ name, inputs }) => {
    const lambda = stack
      .some(types.function)
      .find(({ state }) => state['name'] === inputs['functionName'])
    return [
      ...(name === 'WebhookUrl' ? [] : [`${name} is public`]),
      ...(inputs['cors'] === undefined ? [] : [`${name} is open to browsers`]),
      ...(Number(lambda?.inputs['reservedConcurrentExecutions']) > 0
        ? []
        : [`${name} can use up the account's concurrency`]),
    ]
  })

/** Each way of invoking a function from outside needs a permission, and there is no other. */
export const functionsAreInvokedByWhoMay: Rule = (stack) => {
  const wanted = [
    ...stack.some(types.functionUrl).flatMap(({ inputs }) => {
      const called = inputs['functionName']
      return [
        `* lambda:InvokeFunctionUrl of ${called} by URL`,
        `* lambda:InvokeFunction of ${called} by URL`,
      ]
    }),
    ...new Set(
      stack.all(types.secretRotation).map(({ inputs }) => {
        const lambda = stack.byArn(inputs['rotationLambdaArn'])
        const secret = stack
          .all(types.secret)
          .find(({ name }) => `${name}-id` === inputs['secretId'])
        // One for all rotated secrets: a function's policy has 20 KB.
        const secrets = String(secret?.state['arn']).replace(/\/clients\/\w+-AbCdEf$/, '/clients/*')
        return `secretsmanager.amazonaws.com lambda:InvokeFunction of ${lambda?.state['name']} for ${secrets} in ${account}`
      }),
    ),
  ]
  const given = stack.some(types.permission).map(({ inputs }) => {
    const url = inputs['functionUrlAuthType'] === 'NONE' || inputs['invokedViaFunctionUrl'] === true
    const scope = url ? 'by URL' : `for ${inputs['sourceArn']} in ${inputs['sourceAccount']}`
    return `${inputs['principal']} ${inputs['action']} of ${inputs['function']} ${scope}`
  })
  return [
    ...wanted.filter((one) => !given.includes(one)).map((one) => `not permitted: ${one}`),
    ...given.filter((one) => !wanted.includes(one)).map((one) => `permitted: ${one}`),
  ]
}
