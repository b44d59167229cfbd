import { randomUUID } from 'node:crypto'
import { type ErrorType, SecretsManagerError } from '../errors.ts'
import { type Input, optionalBoolean, optionalString, requiredString } from '../input.ts'
import { announcePending, pendingBefore, stageTrial } from '../rotation/pending.ts'
import { nextRotation, readRules } from '../rotation/rules.ts'
import { getLiveSecret, type RotationConfiguration, type Secret, type Store } from '../store.ts'
import { identity, type Rotating } from './action.ts'

/**
 * RotateSecret: keeps the configuration it is given, announces a version whose id is the token, and
 * lets the rotation function fill it in the background. The same token again starts nothing more.
 */
export function rotateSecret(store: Store, input: Input, rotating: Rotating): object {
  const secret = getLiveSecret(store, requiredString(input, 'SecretId'))
  const token = optionalString(input, 'ClientRequestToken') ?? randomUUID()
  const immediately = optionalBoolean(input, 'RotateImmediately', true)
  checkToken(token)
  const rotation = configure(store, secret, input, rotating)
  const answer = { ...identity(secret), ...(immediately && { VersionId: token }) }
  if (secret.versions.has(token)) return answer
  checkNothingPending(secret)

  secret.rotation = rotation
  secret.changedAt = store.clock.now()
  const { rotations, trial } = rotating
  if (immediately)
    rotations.start({ secret, rotation, version: announcePending(store, secret, token) })
  else rotations.test({ secret, rotation, version: stageTrial(store, secret, token, trial) })
  return answer
}

/** CancelRotateSecret: no automatic rotation any more, and no further step of the one that runs. */
export function cancelRotateSecret(store: Store, input: Input, { rotations }: Rotating): object {
  const secret = getLiveSecret(store, requiredString(input, 'SecretId'))
  if (secret.rotation === undefined) throw withoutFunction()
  secret.rotation = { ...secret.rotation, enabled: false, nextAt: undefined }
  secret.changedAt = store.clock.now()
  return { ...identity(secret), VersionId: rotations.cancel(secret) }
}

/** What is given over what is stored; the rules count from now on. */
function configure(
  store: Store,
  { rotation }: Secret,
  input: Input,
  { functionAt }: Rotating,
): RotationConfiguration {
  const arn = optionalString(input, 'RotationLambdaARN') ?? rotation?.lambda.arn
  const rules = readRules(input) ?? rotation?.rules ?? {}
  if (arn === undefined) throw withoutFunction()
  const lambda = functionAt(arn)
  if (lambda === undefined) throw notInvocable(arn)
  const nextAt = nextRotation(rules, store.clock.now())
  return { enabled: true, lambda, rules, rotatedAt: rotation?.rotatedAt, nextAt }
}

function checkToken(token: string): void {
  if (token.length >= 32 && token.length <= 64) return
  throw refused('ValidationException', 'ClientRequestToken must have 32 to 64 characters.')
}

function checkNothingPending(secret: Secret): void {
  const pending = pendingBefore(secret)
  if (pending === undefined) return
  throw refused(
    'InvalidRequestException',
    `A previous rotation isn't complete: version ${pending.id} has AWSPENDING, and not AWSCURRENT.`,
  )
}

function notInvocable(arn: string): SecretsManagerError {
  return refused(
    'AccessDeniedException',
    `Secrets Manager cannot invoke the specified Lambda function: there is no ${arn}.`,
  )
}

function withoutFunction(): SecretsManagerError {
  return refused(
    'InvalidRequestException',
    'The secret has no rotation function, and this call names none in RotationLambdaARN.',
  )
}

function refused(type: ErrorType, message: string): SecretsManagerError {
  return new SecretsManagerError(type, message)
}
