import {
  OryApiError,
  OryArgumentError,
  OryConfigurationError,
  type OryConfigurationReason,
  OryMismatchError,
  OryResponseError,
  OryTransportError,
} from '@lapse/core/errors'
import { accountOperations, operations } from '@lapse/core/ory'
import { CommandError, UsageError } from '../errors.ts'
import type { OryEnvironment } from './open-ory.ts'

/** Where an error comes from: a side of Ory, and the variable that says where that is. */
interface Side {
  readonly variable: 'ORY_ADMIN_URL' | 'ORY_PUBLIC_URL' | 'ORY_IDENTITIES_URL'
  readonly name: 'admin' | 'public'
  readonly origin: string
  readonly url: string
}

/** What a person can do where the server, the key or the URL is wrong. */
const remedies: Readonly<
  Record<OryConfigurationReason, (side: Side, keyGiven: boolean, asked: string) => string>
> = {
  unauthorized: ({ origin }, keyGiven) =>
    keyGiven
      ? `${origin} does not accept the key in ORY_API_KEY (401); set it to a valid key of this project`
      : `${origin} asks for a key (401); set ORY_API_KEY`,
  forbidden: ({ origin }, keyGiven) =>
    keyGiven
      ? `${origin} does not let the key in ORY_API_KEY do this (403); use a key of this project`
      : `${origin} does not let us in (403); set ORY_API_KEY, or see what stands in front of it`,
  'route-not-found': (side, _keyGiven, asked) =>
    `${side.origin} does not know Ory's routes (404 for ${asked}); ${adviceOn(side)}`,
  redirected: ({ origin, variable, name }) =>
    `${origin} redirects elsewhere; set ${variable} to the ${name} side itself`,
  dns: ({ origin, variable }) =>
    `the name ${new URL(origin).hostname} cannot be looked up; check ${variable}`,
  tls: ({ origin, variable }) =>
    `no TLS connection to ${origin} that can be trusted; check its certificate, and whether ${variable} has to begin with http:// or https://`,
}

/** What every path of a side begins with, and is written after its URL by ourselves. */
const ownPath = { admin: /\/admin\/*$/, public: /\/oauth2\/*$/ } as const

function adviceOn({ variable, name, url }: Side): string {
  const [tooMany] = ownPath[name].exec(url) ?? []
  return tooMany === undefined
    ? `set ${variable} to the ${name} side, and mind its port and path`
    : `${tooMany} at the end of ${variable} is one too many`
}

const lost: Readonly<Record<OryTransportError['reason'], string>> = {
  connect: 'nothing answers',
  reset: 'the connection was cut',
  timeout: 'no answer came in time',
  unknown: 'no answer that can be read came',
}

/** An error of the client as `lapse` tells it; anything else as it is. */
export function oryProblem(error: unknown, { apiKey, stored, ...urls }: OryUrls): unknown {
  if (error instanceof OryArgumentError) return new UsageError(error.message, { cause: error })
  const side = sideOf(error, urls)
  const isSent = side.variable !== 'ORY_IDENTITIES_URL' || isOrigin(side.origin, urls.adminUrl)
  const line = lineOf(error, side, isSent && Boolean(apiKey || stored))
  if (line === undefined) return error
  // Of a stage the key is in a secret.
  const told = stored ? line.replaceAll('ORY_API_KEY', `the secret ${stored.secretId}`) : line
  return new CommandError(told, { cause: error })
}

/** Where Ory is, and whether there is a key. */
export type OryUrls = OryEnvironment & {
  readonly publicUrl?: string | undefined
  readonly identitiesUrl?: string | undefined
}

function sideOf(
  error: unknown,
  { adminUrl, publicUrl, identitiesUrl }: Omit<OryUrls, 'apiKey'>,
): Side {
  const operation = String((Object(error) as { readonly operation?: unknown }).operation)
  if (identitiesUrl !== undefined && Object.hasOwn(accountOperations, operation)) {
    const { origin } = new URL(identitiesUrl)
    return { variable: 'ORY_IDENTITIES_URL', name: 'admin', origin, url: identitiesUrl }
  }
  const { port = 'admin' } =
    (operations as Readonly<Record<string, { readonly port: 'admin' | 'public' }>>)[operation] ?? {}
  const isPublic = port === 'public' && publicUrl !== undefined
  const url = String(isPublic ? publicUrl : adminUrl)
  const { origin } = new URL(url)
  return isPublic
    ? { variable: 'ORY_PUBLIC_URL', name: 'public', origin, url }
    : { variable: 'ORY_ADMIN_URL', name: 'admin', origin, url }
}

function isOrigin(origin: string, url = ''): boolean {
  return URL.parse(url)?.origin === origin
}

function lineOf(error: unknown, side: Side, keyGiven: boolean): string | undefined {
  const { origin, variable, name } = side
  if (isKeyMissing(error) && variable === 'ORY_IDENTITIES_URL' && !keyGiven)
    return `${origin} does not let us in without a key, and the key goes to ORY_ADMIN_URL's own origin only; set ${variable} to the admin side of a Kratos that asks for none`
  if (error instanceof OryConfigurationError)
    return remedies[error.reason](side, keyGiven, error.asked ?? origin)
  if (error instanceof OryTransportError) {
    return `${lost[error.reason]} at ${origin}${codeIn(error)}; start Ory there, or check ${variable}`
  }
  if (error instanceof OryResponseError) {
    return `${origin} does not answer as Ory does; set ${variable} to the ${name} side`
  }
  if (error instanceof OryMismatchError) {
    return variable === 'ORY_IDENTITIES_URL'
      ? `${error.message}; see whether ${origin} is a Kratos that knows such lookups`
      : `${error.message}; give the client's id as ${origin} lists it, letter by letter`
  }
  if (error instanceof OryApiError) return `${error.message}; see the log of the Ory at ${origin}`
  return undefined
}

function isKeyMissing(error: unknown): boolean {
  return error instanceof OryConfigurationError && /unauthorized|forbidden/.test(error.reason)
}

/** The system's word for it, ECONNREFUSED say. */
function codeIn({ cause }: Error): string {
  const { code } = Object(cause) as NodeJS.ErrnoException
  return code === undefined ? '' : ` (${code})`
}
