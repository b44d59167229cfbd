import { invalidClientMetadata, oryError } from '../errors.ts'
import { GoError } from '../go/go-error.ts'
import type { AnswerError } from '../http.ts'

/** What `parse` gives, or else the refusal made of Go's reason. */
export function orRefuse<T>(parse: () => T, refusal: (reason: string) => AnswerError): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof GoError) throw refusal(error.message)
    throw error
  }
}

export function invalid(hint: string): AnswerError {
  return oryError(invalidClientMetadata, hint)
}
