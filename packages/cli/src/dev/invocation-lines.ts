import type { Fired, FunctionError, SettledRotation } from '@lapse/local'
import { plain } from '../output/plain.ts'
import { styled } from '../output/print.ts'

/** What a schedule's invocation came to, where it failed; what went well the function logs itself. */
export function firedLines({ functionName, invocation: { error } }: Fired): readonly string[] {
  return error === undefined ? [] : [`${functionName}  ${failureText(error)}`]
}

/** How the rotation of a secret ended. */
export function rotationLines(rotation: SettledRotation): readonly string[] {
  const { outcome, secretName, versionId } = rotation
  const head = `rotate-client-secret  ${secretName}`
  if (outcome === 'succeeded') return [`${head}  ${styled('bold', 'rotated')} to ${versionId}`]
  if (outcome !== 'failed') return [`${head}  ${styled('yellow', outcome)}`]
  return [`${head}  ${rotation.step} ${failureText(rotation.error)}; lapse rotate starts anew`]
}

function failureText({ errorType, errorMessage }: FunctionError): string {
  return `${styled('red', 'failed')}: ${plain(`${errorType} ${errorMessage}`)}`
}
