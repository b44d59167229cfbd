import { parseGoDuration } from '@lapse/core/ory'
import { emulatedKey, type StartOptions } from '@lapse/ory-emulator'
import { UsageError } from '../errors.ts'

/** The switches of `lapse ory`, as commander names them. */
export interface OryCommandOptions {
  readonly adminPort: number
  readonly publicPort: number
  readonly controlPort?: number
  readonly profile: 'head' | 'v26.2' | 'network'
  readonly accessTokenStrategy: 'opaque' | 'jwt'
  readonly issuer?: string
  readonly loginUrl?: string
  readonly consentUrl?: string
  readonly logoutUrl?: string
  readonly errorUrl?: string
  readonly loginConsentTtl: string
  readonly accessTokenLifespan: string
  readonly idTokenLifespan: string
  readonly refreshTokenLifespan: string
  readonly authCodeLifespan: string
  readonly network?: string
  readonly allowedHost?: readonly string[]
}

/** The switches in the emulator's own words. @throws UsageError for those that cannot be meant */
export function startOptions(options: OryCommandOptions): StartOptions {
  const { adminPort, publicPort, profile, accessTokenStrategy } = options
  refuseSamePort(options)
  if (options.network === '')
    throw new UsageError('--network is empty; give it the API key that opens /admin')
  const apiKey = options.network ?? (profile === 'network' ? emulatedKey : undefined)
  return {
    adminPort,
    publicPort,
    ...(options.controlPort !== undefined && { controlPort: options.controlPort }),
    profile,
    accessTokenStrategy,
    urls: {
      ...(options.issuer && { issuer: options.issuer }),
      ...(options.loginUrl && { login: options.loginUrl }),
      ...(options.consentUrl && { consent: options.consentUrl }),
      ...(options.logoutUrl && { logout: options.logoutUrl }),
      ...(options.errorUrl && { error: options.errorUrl }),
    },
    ttl: {
      loginConsentRequest: duration('--login-consent-ttl', options.loginConsentTtl),
      accessToken: duration('--access-token-lifespan', options.accessTokenLifespan),
      idToken: duration('--id-token-lifespan', options.idTokenLifespan),
      refreshToken: duration('--refresh-token-lifespan', options.refreshTokenLifespan),
      authCode: duration('--auth-code-lifespan', options.authCodeLifespan),
    },
    ...(options.allowedHost && { allowedHosts: options.allowedHost }),
    ...(apiKey !== undefined && { network: { apiKey } }),
  }
}

/** Each side listens by itself, but for Ory Network, which has one. */
function refuseSamePort({
  adminPort,
  publicPort,
  controlPort,
  network,
  profile,
}: OryCommandOptions) {
  const isNetwork = network !== undefined || profile === 'network'
  const sides = {
    ...(isNetwork ? {} : { '--admin-port': adminPort }),
    '--public-port': publicPort,
    '--control-port': controlPort ?? 0,
  }
  const given = Object.entries(sides).filter(([, port]) => port !== 0)
  for (const [name, port] of given) {
    const other = given.find(([another, same]) => another !== name && same === port)
    if (other !== undefined)
      throw new UsageError(
        `${name} and ${other[0]} are the same; give each a port of its own, or 0`,
      )
  }
}

function duration(name: string, text: string): string {
  const milliseconds = parseGoDuration(text)
  if (milliseconds !== undefined && milliseconds > 0) return text
  throw new UsageError(`${name} is not a duration; write it like 90s, 30m or 1h30m`)
}
