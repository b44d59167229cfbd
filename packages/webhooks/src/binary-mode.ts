import { EventError } from '@lapse/core/errors'
import { memberAt } from './payload.ts'
import type { SignedRequest } from './schemes/scheme.ts'

/**
 * Refuses a CloudEvent in binary mode by its name: what it is stands in headers, which no scheme
 * signs, and only its content in the body.
 * @throws EventError `binary-mode`
 */
export function refuseBinaryMode(payload: unknown, { header }: SignedRequest): void {
  const isInHeaders = header('ce-specversion') !== undefined || header('ce-type') !== undefined
  const isInBody = Array.isArray(payload) || memberAt(payload, 'specversion') !== undefined
  if (isInHeaders && !isInBody)
    throw new EventError(
      'binary-mode: attributes in ce- headers are signed by nobody; send the whole event as the body (structured mode)',
    )
}
