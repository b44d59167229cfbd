import { ConfigError, OryApiError } from '../errors.ts'
import {
  type AccountCall,
  accountOperations,
  type CallOptions,
  type Operation,
  type OryCall,
  operations,
  perform,
  performOn,
} from '../ory/index.ts'
import type { SecretVersions } from '../ports/index.ts'
import { isCreation, putNewCredential, withSecret } from './credentials.ts'
import {
  type Call,
  type CreateClientCall,
  isAccountCall,
  isOryCall,
  type SecretCall,
} from './step.ts'
import type { Messages, Reading } from './workflow.ts'

/** Where calls go. */
export interface Callees extends Reading {
  readonly secrets: SecretVersions
  readonly messages: Messages
}

/** How a call that was not a failure ended: done now, or done before. */
export type Done = 'acknowledged' | 'already'

/**
 * Makes a planned call.
 * @param timeoutMs bounds a call to Ory with all its retries; absent: the client's own bound
 */
export async function makeCall(call: Call, callees: Callees, timeoutMs?: number): Promise<Done> {
  if (isCreation(call)) return createClient(call, callees, timeoutMs)
  if (isOryCall(call)) return callOry(call, callees, timeoutMs)
  if (isAccountCall(call)) return callAccounts(call, callees, timeoutMs)
  if (call.op === 'secrets.put') return putNewCredential(call.params, callees.secrets)
  if (call.op === 'queue.send') await callees.messages.send(call.params.body, call.params.derived)
  else await callSecrets(call, callees.secrets)
  return 'acknowledged'
}

/** What is done by Ory's own word was done before, where the operation says so. */
async function callOry(
  call: OryCall,
  { ory, signal }: Callees,
  timeoutMs: number | undefined,
): Promise<Done> {
  const options: CallOptions = { signal, timeoutMs }
  return unlessDone(operations[call.op], () => perform(ory, call, options))
}

async function callAccounts(
  call: AccountCall,
  { accounts, signal }: Callees,
  timeoutMs: number | undefined,
): Promise<Done> {
  if (accounts === undefined) throw new ConfigError(`it is not said where ${call.op} goes`)
  const options: CallOptions = { signal, timeoutMs }
  return unlessDone(accountOperations[call.op], () => performOn(accounts, call, options))
}

type SaysAlready = Pick<Operation<never, never>, 'already'>

async function unlessDone(operation: SaysAlready, make: () => Promise<unknown>): Promise<Done> {
  try {
    await make()
    return 'acknowledged'
  } catch (error) {
    if (isDone(operation, error)) return 'already'
    throw error
  }
}

/** One that is there is left alone: what it looks like, and whose its secret is, is told by a look. */
async function createClient(
  call: CreateClientCall,
  { ory, secrets, signal }: Callees,
  timeoutMs: number | undefined,
): Promise<Done> {
  const creation = await withSecret(call, secrets)
  const options: CallOptions = { signal, timeoutMs }
  return unlessDone({ already: 409 }, () => perform(ory, creation, options))
}

/** Of a 404 only Ory's row-level one says that something is gone. */
function isDone({ already }: SaysAlready, error: unknown): boolean {
  if (already === undefined || !(error instanceof OryApiError)) return false
  return [already]
    .flat()
    .some((status) => (status === 404 ? error.rowMissing : error.status === status))
}

function callSecrets(call: SecretCall, secrets: SecretVersions): Promise<void> {
  switch (call.op) {
    case 'secrets.cancelRotation':
      return secrets.cancelRotation(...call.params)
    case 'secrets.delete':
      return secrets.delete(...call.params)
  }
}
