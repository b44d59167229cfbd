import { oryError, unrecognizable } from '../errors.ts'
import { decodeStruct } from '../go/fields.ts'
import { decodeWhole } from '../go/json.ts'
import { applyPatch, decodePatch, type Operation } from '../go/json-patch.ts'
import type { Release } from '../ory.ts'
import { clientFields, clientNames, type OAuth2Client } from './fields.ts'

/** The paths, in lower case, that Ory refuses to patch. `/client_id` is not one of them. */
const denied: Readonly<Record<Release, readonly string[]>> = {
  head: ['/id', '/rotatedsecrets', 'rotated_secrets'],
  'v26.2': ['/id'],
}

/**
 * A client's document with a patch applied (RFC 6902's `add`, `remove` and `replace`).
 *
 * @throws AnswerError 500 whatever is wrong with the patch, or with the client it leaves.
 */
export function applyClientPatch(
  document: Readonly<Record<string, unknown>>,
  body: Buffer,
  profile: Release,
): OAuth2Client {
  try {
    const operations = decodePatch(decodeWhole(body)).map((operation) =>
      tolerant(checked(operation, profile)),
    )
    return decodeStruct(clientFields, clientNames, applyPatch(document, operations))
  } catch {
    throw oryError(unrecognizable)
  }
}

function checked(operation: Operation, profile: Release): Operation {
  if (!['add', 'remove', 'replace'].includes(operation.op)) throw new Error('unsupported operation')
  if (denied[profile].includes(operation.path.toLowerCase())) throw new Error('denied path')
  return operation
}

/** Replacing what is not there adds it, except for the elements of a list. */
function tolerant(operation: Operation): Operation {
  if (operation.op !== 'replace' || /(^|\/)(-|[-+]?\d+)$/.test(operation.path)) return operation
  return { ...operation, op: 'add' }
}
