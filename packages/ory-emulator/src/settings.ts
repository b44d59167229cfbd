import { durationMs } from './go/durations.ts'
import type { Profile, Settings } from './ory.ts'

/** What a server can be told, in the words of Hydra's own configuration. */
export interface SettingsOptions {
  /** `head` by default. */
  readonly profile?: Profile
  /** Where Hydra sends browsers; its own fallback pages by default. */
  readonly urls?: {
    /** The public port's own address by default. */
    readonly issuer?: string
    readonly login?: string
    readonly consent?: string
    readonly logout?: string
    readonly error?: string
    readonly postLogoutRedirect?: string
    readonly deviceVerification?: string
    readonly deviceSuccess?: string
  }
  /** Go durations such as `30m` or `1h30m`. */
  readonly ttl?: {
    /** How long a login or consent challenge may be answered: `30m` by default. */
    readonly loginConsentRequest?: string
    /** `1h` by default. */
    readonly accessToken?: string
    /** `1h` by default. */
    readonly idToken?: string
    /** `720h` by default. */
    readonly refreshToken?: string
    /** `10m` by default. */
    readonly authCode?: string
    /** `720h` by default. */
    readonly loginSession?: string
  }
  /** `opaque` by default. */
  readonly accessTokenStrategy?: Settings['accessTokenStrategy']
}

/**
 * Fills Hydra's defaults in, as far as that goes before the server's own address is known.
 *
 * @throws GoError where a `ttl` is no Go duration.
 */
export function readSettings(options: SettingsOptions): (publicUrl: string) => Settings {
  const { profile = 'head', urls = {}, ttl = {} } = options
  const lifespans = {
    loginConsentTtlMs: durationMs(ttl.loginConsentRequest ?? '30m'),
    accessTokenLifespanMs: durationMs(ttl.accessToken ?? '1h'),
    idTokenLifespanMs: durationMs(ttl.idToken ?? '1h'),
    refreshTokenLifespanMs: durationMs(ttl.refreshToken ?? '720h'),
    authCodeLifespanMs: durationMs(ttl.authCode ?? '10m'),
    loginSessionLifespanMs: durationMs(ttl.loginSession ?? '720h'),
  }
  return (publicUrl) => ({
    profile,
    ...lifespans,
    issuer: (urls.issuer ?? publicUrl).replace(/\/$/, ''),
    loginUrl: urls.login ?? `${publicUrl}/oauth2/fallbacks/login`,
    consentUrl: urls.consent ?? `${publicUrl}/oauth2/fallbacks/consent`,
    logoutUrl: urls.logout ?? `${publicUrl}/oauth2/fallbacks/logout`,
    errorUrl: urls.error ?? `${publicUrl}/oauth2/fallbacks/error`,
    postLogoutUrl: urls.postLogoutRedirect ?? `${publicUrl}/oauth2/fallbacks/logout/callback`,
    deviceVerificationUrl: urls.deviceVerification ?? `${publicUrl}/oauth2/fallbacks/device`,
    deviceDoneUrl: urls.deviceSuccess ?? `${publicUrl}/oauth2/fallbacks/device/done`,
    accessTokenStrategy: options.accessTokenStrategy ?? 'opaque',
  })
}
