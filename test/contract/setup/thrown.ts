import {
  type LapseError,
  OryApiError,
  OryArgumentError,
  OryConfigurationError,
  OryTransportError,
} from '@lapse/core/errors'

type ErrorClass<Thrown> = new (...parameters: never[]) => Thrown

/** What a call rejects with, which has to be of the class expected. */
const thrown = async <Thrown extends LapseError>(
  expected: ErrorClass<Thrown>,
  call: PromiseLike<unknown>,
): Promise<Thrown> => {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('value' in outcome) throw new Error(`resolved instead of rejecting with ${expected.name}`)
  if (outcome.error instanceof expected) return outcome.error

  throw new Error(`rejected with something else than ${expected.name}`, { cause: outcome.error })
}

export const apiError = (call: PromiseLike<unknown>) => thrown(OryApiError, call)
export const argumentError = (call: PromiseLike<unknown>) => thrown(OryArgumentError, call)
export const configurationError = (call: PromiseLike<unknown>) =>
  thrown(OryConfigurationError, call)
export const transportError = (call: PromiseLike<unknown>) => thrown(OryTransportError, call)
