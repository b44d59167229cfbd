import type { Bag } from '../engine/answers.ts'
import {
  permissionsOf,
  type Rule,
  roleOf,
  type Stack,
  stageKey,
  statementsOf,
  types,
} from '../stack.ts'

export const theLedgerIsSafe: Rule = (stack) => {
  const key = stageKey(stack)
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
  const key = stageKey(stack)
  const arn = key?.state['arn']
  return [
    ...stack.some(types.secret).filter(({ inputs }) => inputs['kmsKeyId'] !== arn),
    ...stack.some(types.topic).filter(({ inputs }) => inputs['kmsMasterKeyId'] !== arn),
  ].map(({ name }) => `${name} is not encrypted with the key of the stage`)
}

/** Logs, and whatever functions are told: Lambda decrypts that with the function's own role. */
export const logsAndEnvironmentsAreEncrypted: Rule = (stack) => {
  const key = stageKey(stack)
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

/** The one bucket there is, and what is configured of it. */
export const theReceiptsLogIsSafe: Rule = (stack) => {
  const key = stageKey(stack)
  const [bucket] = stack.some(types.bucket)
  const { status } = (of(stack, types.bucketVersioning)['versioningConfiguration'] ?? {}) as Bag
  const access = of(stack, types.bucketAccess)
  const [encryption] = (of(stack, types.bucketEncryption)['rules'] ?? []) as readonly Bag[]
  const by = (encryption?.['applyServerSideEncryptionByDefault'] ?? {}) as Bag
  const denied = statementsOf(of(stack, types.bucketPolicy)['policy'] ?? '{}').filter(
    ({ effect, principal, actions, condition }) =>
      effect === 'Deny' &&
      principal === '*' &&
      actions.join() === 's3:*' &&
      JSON.stringify(condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
  )
  const blocked = [
    'blockPublicAcls',
    'blockPublicPolicy',
    'ignorePublicAcls',
    'restrictPublicBuckets',
  ]
  return [
    ...(stack.all(types.bucket).length === 1 ? [] : ['there are several buckets']),
    ...(status === 'Enabled' ? [] : ['what is replaced in the bucket is gone']),
    ...blocked.filter((name) => access[name] !== true).map((name) => `the bucket has no ${name}`),
    ...(by['kmsMasterKeyId'] === key?.state['arn'] ? [] : ['the bucket is not encrypted']),
    ...(denied.length === 1 ? [] : ['the bucket lets in plain HTTP']),
    ...(bucket?.inputs['acl'] === undefined ? [] : ['the bucket has an ACL']),
  ]
}

/** In production nobody takes back what was published, and receipts are kept for seven years. */
export const theReceiptsLogIsKept: Rule = (stack) => {
  const isPermanent = stack.resources.some(({ urn }) => urn.startsWith('urn:pulumi:production::'))
  const [bucket] = stack.some(types.bucket)
  const locks = stack.all(types.bucketLock)
  if (!isPermanent)
    return locks.length === 0 && bucket?.inputs['objectLockEnabled'] !== true
      ? []
      : ['a stage that goes keeps a bucket that cannot be emptied']
  const { defaultRetention = {} } = (locks[0]?.inputs['rule'] ?? {}) as {
    defaultRetention?: Bag
  }
  const rules = (of(stack, types.bucketLifecycle)['rules'] ?? []) as readonly Bag[]
  return [
    ...(bucket?.retainOnDelete === true && bucket.inputs['forceDestroy'] !== true
      ? []
      : ['the bucket goes with its stage']),
    ...(bucket?.inputs['objectLockEnabled'] === true && locks.length === 1
      ? []
      : ['what is published is not locked']),
    ...(['GOVERNANCE', 'COMPLIANCE'].includes(String(defaultRetention['mode'])) &&
    Number(defaultRetention['days']) >= 400
      ? []
      : ['what is published is locked for too short']),
    ...rules.flatMap(({ id, filter, expiration }) => {
      const { days } = (expiration ?? {}) as Bag
      const { prefix } = (filter ?? {}) as Bag
      if (days === undefined) return []
      const isOfTiles = !/\/(tile\/entries|checkpoints)\/$/.test(String(prefix))
      return [
        ...(Number(days) >= 7 * 365 ? [] : [`${String(id)} is kept for ${String(days)} days`]),
        ...(isOfTiles ? [`${String(id)} takes the tiles that the log grows on`] : []),
      ]
    }),
  ]
}

/** What signs checkpoints does nothing else, and one function alone may have it sign. */
export const checkpointsAreSignedByOne: Rule = (stack) => {
  const signing = stack.some(types.key).filter(({ inputs }) => inputs['keyUsage'] === 'SIGN_VERIFY')
  const signers = stack
    .some(types.role)
    .filter((role) =>
      permissionsOf(role).some(({ actions }) => actions.some((action) => action === 'kms:Sign')),
    )
  return [
    ...(signing.length === 1 &&
    signing[0]?.inputs['customerMasterKeySpec'] === 'ECC_NIST_EDWARDS25519'
      ? []
      : ['checkpoints are not signed by a key of Ed25519']),
    ...signers
      .filter(({ name }) => name !== 'SealRole')
      .map(({ name }) => `${name} may sign checkpoints`),
    ...(signers.length > 0 ? [] : ['nobody may sign checkpoints']),
  ]
}

function of(stack: Stack, type: string): Bag {
  return stack.some(type)[0]?.inputs ?? {}
}
