import { parseGoDuration } from '@lapse/core/ory'
import type { StartOptions } from '@lapse/ory-emulator'
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

/** What opens `/admin` of an emulated Ory Network where no other key is given; no secret of anybody's. */
export const emulatedKey = 'ory_pat_emulated'

/** The switches in the emulator's own words. @throws UsageError for what is not a duration */
export function startOptions(options: OryCommandOptions): StartOptions {
  const { adminPort, publicPort, profile, accessTokenStrategy } = options
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

function duration(name: string, text: string): string {
  const milliseconds = parseGoDuration(text)
  if (milliseconds !== undefined && milliseconds > 0) return text
  throw new UsageError(`${name} is not a duration; write it like 90s, 30m or 1h30m`)
}
