/** What SQS refuses a whole message for (XML 1.0 section 2.2), and controls that no log should show. */
const unfit = /[\u007f-\u009f\ufffe\uffff]/g

/**
 * JSON that SQS takes: `JSON.stringify` escapes the other controls and half pairs of surrogates by
 * itself.
 */
export function queueJson(value: unknown): string {
  return JSON.stringify(value).replace(
    unfit,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
