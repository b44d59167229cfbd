import type { Fired, FunctionError, SettledRotation } from '@lapse/local'
import { type Block, hanging, kept } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import { styled } from '../output/print.ts'

/** What a schedule's invocation came to, where it failed; what went well the function logs itself. */
export function firedLines({ functionName, invocation: { error } }: Fired): readonly Block[] {
  return error === undefined ? [] : [hanging(`${functionName}  ${failureText(error)}`)]
}

/**
 * How the rotation of a secret ended.
 * @param name what this command is called by whoever reads it
 */
export function rotationLines(rotation: SettledRotation, name: string): readonly Block[] {
  const { secretName } = rotation
  return [hanging(`rotate-client-secret  ${secretName}  ${outcomeText(rotation, name)}`)]
}

function outcomeText(rotation: SettledRotation, name: string): string {
  const { outcome, versionId } = rotation
  if (outcome === 'succeeded') return `${styled('bold', 'rotated')} to ${versionId}`
  if (outcome !== 'failed') return styled('yellow', outcome)
  return `${rotation.step} ${failureText(rotation.error)}; ${kept(`${name} rotate`)} starts anew`
}

function failureText({ errorType, errorMessage }: FunctionError): string {
  return `${styled('red', 'failed')}: ${plain(`${errorType} ${errorMessage}`)}`
}
