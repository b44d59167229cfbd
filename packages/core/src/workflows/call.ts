import { OryApiError } from '../errors.ts'
import { type OryCall, operations, perform } from '../ory/index.ts'
import type { Outbox, SecretVersions } from '../ports/index.ts'
import { attributesOf } from './envelope.ts'
import type { Call, MessageCall, SecretCall } from './step.ts'
import type { Reading } from './workflow.ts'

/** Where calls go. */
export interface Callees extends Reading {
  readonly secrets: SecretVersions
  readonly outbox: Outbox
}

/** How a call that was no failure ended: done now, or done before. */
export type Done = 'acknowledged' | 'already'

/** Makes a planned call. */
export async function make(call: Call, callees: Callees): Promise<Done> {
  if (isMessage(call)) await callees.outbox.send({ ...call.params, attributes: first })
  else if (isSecret(call)) await callSecrets(call, callees.secrets)
  else return await callOry(call, callees)
  return 'acknowledged'
}

const first = attributesOf({ pass: 'first' })

/** What is done by Ory's own word was done before, where the operation says so. */
async function callOry(call: OryCall, { ory, signal }: Callees): Promise<Done> {
  try {
    await perform(ory, call, signal === undefined ? {} : { signal })
    return 'acknowledged'
  } catch (error) {
    if (isDone(call.op, error)) return 'already'
    throw error
  }
}

/** Of a 404 only Ory's row-level one says that something is gone. */
function isDone(op: OryCall['op'], error: unknown): boolean {
  const { already } = operations[op] as { readonly already?: 404 | 409 }
  if (already === undefined || !(error instanceof OryApiError)) return false
  return already === 404 ? error.rowMissing : error.status === already
}

function callSecrets(call: SecretCall, secrets: SecretVersions): Promise<void> {
  switch (call.op) {
    case 'secrets.cancelRotation':
      return secrets.cancelRotation(...call.params)
    case 'secrets.delete':
      return secrets.delete(...call.params)
  }
}

function isMessage(call: Call): call is MessageCall {
  return call.op === 'queue.send'
}

function isSecret(call: Call): call is SecretCall {
  return call.op.startsWith('secrets.')
}
