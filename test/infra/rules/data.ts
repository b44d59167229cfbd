import type { Bag } from '../engine/answers.ts'
import { permissionsOf, type Rule, roleOf, types } from '../stack.ts'

export const theLedgerIsSafe: Rule = (stack) => {
  const [key] = stack.some(types.key)
  return stack.some(types.table).flatMap(({ name, inputs }) => {
    const { enabled, kmsKeyArn } = (inputs['serverSideEncryption'] ?? {}) as Bag
    const { enabled: recovered } = (inputs['pointInTimeRecovery'] ?? {}) as Bag
    const { attributeName, enabled: expires } = (inputs['ttl'] ?? {}) as Bag
    return [
      ...(enabled === true && kmsKeyArn === key?.state['arn'] ? [] : [`${name} is not encrypted`]),
      ...(recovered === true ? [] : [`${name} cannot be recovered`]),
      ...(attributeName === 'expires_at' && expires === true ? [] : [`${name} only grows`]),
      ...(inputs['billingMode'] === 'PAY_PER_REQUEST' ? [] : [`${name} is not on demand`]),
    ]
  })
}

/** In production, what cannot be made again outlives a mistake. */
export const productionKeepsItsData: Rule = (stack) => {
  if (!stack.resources.some(({ urn }) => urn.startsWith('urn:pulumi:production::'))) return []
  return [
    ...stack
      .some(types.table)
      .filter(({ inputs }) => inputs['deletionProtectionEnabled'] !== true)
      .map(({ name }) => `${name} can be deleted`),
    ...[...stack.some(types.table), ...stack.some(types.key), ...stack.some(types.secret)]
      .filter(({ retainOnDelete }) => !retainOnDelete)
      .map(({ name }) => `${name} goes with its stage`),
    ...stack
      .some('random:index/randomBytes:RandomBytes')
      .filter(({ name, protect }) => name === 'LedgerKeyBytes' && !protect)
      .map(({ name }) => `${name} can be made anew`),
  ]
}

export const secretsAndTopicsAreEncrypted: Rule = (stack) => {
  const [key] = stack.some(types.key)
  const arn = key?.state['arn']
  return [
    ...stack.some(types.secret).filter(({ inputs }) => inputs['kmsKeyId'] !== arn),
    ...stack.some(types.topic).filter(({ inputs }) => inputs['kmsMasterKeyId'] !== arn),
  ].map(({ name }) => `${name} is not encrypted with the key of the stage`)
}

/** Logs, and whatever functions are told: Lambda decrypts that with the function's own role. */
export const logsAndEnvironmentsAreEncrypted: Rule = (stack) => {
  const [key] = stack.some(types.key)
  const arn = key?.state['arn']
  return [
    ...stack
      .some(types.logGroup)
      .filter(({ inputs }) => inputs['kmsKeyId'] !== arn)
      .map(({ name }) => `${name} is not encrypted with the key of the stage`),
    ...stack.some(types.function).flatMap((lambda) => {
      const mayDecrypt = permissionsOf(roleOf(stack, lambda)).some(
        ({ actions, resources }) =>
          actions.includes('kms:Decrypt') && resources.join() === String(arn),
      )
      return [
        ...(lambda.inputs['kmsKeyArn'] === arn ? [] : [`${lambda.name} is told in the clear`]),
        ...(mayDecrypt ? [] : [`${lambda.name} cannot decrypt what it is told`]),
      ]
    }),
  ]
}
