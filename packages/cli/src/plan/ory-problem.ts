import {
  OryApiError,
  OryArgumentError,
  OryConfigurationError,
  type OryConfigurationReason,
  OryMismatchError,
  OryResponseError,
  OryTransportError,
} from '@lapse/core/errors'
import { CommandError, UsageError } from '../errors.ts'
import type { OryEnvironment } from './open-ory.ts'

/** What a person can do where the server, the key or the URL is wrong. */
const remedies: Readonly<
  Record<OryConfigurationReason, (origin: string, keyGiven: boolean) => string>
> = {
  unauthorized: (origin, keyGiven) =>
    keyGiven
      ? `${origin} does not accept the key in ORY_API_KEY (401); set it to a valid key of this project`
      : `${origin} asks for a key (401); set ORY_API_KEY`,
  forbidden: (origin, keyGiven) =>
    keyGiven
      ? `${origin} does not let the key in ORY_API_KEY do this (403); use a key of this project`
      : `${origin} does not let us in (403); set ORY_API_KEY, or see what stands in front of it`,
  'route-not-found': (origin) =>
    `${origin} does not know Ory's routes (404); set ORY_ADMIN_URL to the admin side`,
  redirected: (origin) =>
    `${origin} redirects elsewhere; set ORY_ADMIN_URL to the admin side itself`,
  dns: (origin) => `the name ${new URL(origin).hostname} cannot be looked up; check ORY_ADMIN_URL`,
  tls: (origin) => `no TLS connection to ${origin} that can be trusted; check its certificate`,
}

const lost: Readonly<Record<OryTransportError['reason'], string>> = {
  connect: 'nothing answers',
  reset: 'the connection was cut',
  timeout: 'no answer came in time',
  unknown: 'no answer that can be read came',
}

/** An error of the client as `lapse` tells it; anything else as it is. */
export function oryProblem(error: unknown, { adminUrl, apiKey }: OryEnvironment): unknown {
  const origin = new URL(String(adminUrl)).origin
  if (error instanceof OryArgumentError) return new UsageError(error.message, { cause: error })
  const line = lineOf(error, origin, Boolean(apiKey))
  return line === undefined ? error : new CommandError(line, { cause: error })
}

function lineOf(error: unknown, origin: string, keyGiven: boolean): string | undefined {
  if (error instanceof OryConfigurationError) return remedies[error.reason](origin, keyGiven)
  if (error instanceof OryTransportError) {
    return `${lost[error.reason]} at ${origin}; start Ory there, or check ORY_ADMIN_URL`
  }
  if (error instanceof OryResponseError) {
    return `${origin} does not answer as Ory does; set ORY_ADMIN_URL to the admin side`
  }
  if (error instanceof OryMismatchError) {
    return `${error.message}; give the client's id as ${origin} lists it, letter by letter`
  }
  if (error instanceof OryApiError) return `${error.message}; see the log of the Ory at ${origin}`
  return undefined
}
