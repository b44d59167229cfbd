import { parseGoDuration } from '@lapse/core/ory'
import { PortInUseError, type StartOptions, startOryEmulator } from '@lapse/ory-emulator'
import { CommandError, UsageError } from '../errors.ts'
import { columns } from '../output/columns.ts'
import { print, styled } from '../output/print.ts'
import { aborted, untilSignal } from '../until-signal.ts'

/** The switches of `lapse ory`, as commander names them. */
export interface OryCommandOptions {
  readonly adminPort: number
  readonly publicPort: number
  readonly profile: 'head' | 'v26.2'
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
}

/** `lapse ory`: the emulator as a process, until a signal comes. */
export async function ory(options: OryCommandOptions): Promise<void> {
  const stop = untilSignal()
  const emulator = await startOryEmulator(startOptions(options)).catch((error: unknown) => {
    if (!(error instanceof PortInUseError)) throw error
    throw new CommandError(error.message, { cause: error })
  })
  print(
    styled(
      'bold',
      `Ory's OAuth2 server, emulated (${options.network === undefined ? emulator.profile : 'Ory Network'})`,
    ),
    ...columns([
      ['admin', emulator.adminUrl],
      ['public', emulator.publicUrl],
    ]),
    styled('dim', 'Everything is in memory. Ctrl-C stops it.'),
  )
  await aborted(stop)
  await emulator.stop()
}

function startOptions(options: OryCommandOptions): StartOptions {
  const { adminPort, publicPort, profile, accessTokenStrategy, network } = options
  return {
    adminPort,
    publicPort,
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
    ...(network !== undefined && { network: { apiKey: network } }),
  }
}

function duration(name: string, text: string): string {
  const milliseconds = parseGoDuration(text)
  if (milliseconds !== undefined && milliseconds > 0) return text
  throw new UsageError(`${name} is not a duration; write it like 90s, 30m or 1h30m`)
}
