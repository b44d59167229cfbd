import { durationMs } from './go/durations.ts'
import type { Profile, Settings, SubjectType } from './ory.ts'

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
  /**
   * Whether sessions at the identity provider and API keys are played as well, on the admin port;
   * with `network` by default.
   */
  readonly accounts?: boolean
  /** `opaque` by default. */
  readonly accessTokenStrategy?: Settings['accessTokenStrategy']
  /** `oauth2.grant.refresh_token`: a used refresh token works on for a while. */
  readonly refreshToken?: {
    /** A Go duration, `0s` by default; at most `5m` without a reuse count, and 180 days with one. */
    readonly rotationGracePeriod?: string
    /** How often it may be used within that time; 0, the default, is without a limit. */
    readonly rotationGraceReuseCount?: number
  }
  readonly pkce?: {
    readonly enforced?: boolean
    readonly enforcedForPublicClients?: boolean
  }
  readonly subjectIdentifiers?: {
    /** `['public']` by default; the first is the default of clients where `public` is not among them. */
    readonly supportedTypes?: readonly SubjectType[]
    /** Of eight characters at least, where `pairwise` is supported. */
    readonly salt?: string
  }
  readonly dynamicClientRegistration?: {
    /** `false` by default. */
    readonly enabled?: boolean
    /** The scope of clients that name none, registered here or by the admin API. */
    readonly defaultScope?: readonly string[]
  }
  /**
   * Whether discovery says `client_id_metadata_document_supported`; no such client is made here all
   * the same. `false` by default.
   */
  readonly clientIdMetadataDocument?: boolean
}

/**
 * Fills Hydra's defaults in, as far as that goes before the server's own address is known.
 *
 * @throws GoError where a duration is not a Go duration.
 * @throws RangeError where `pairwise` subjects lack their salt.
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
  const rest = { ...graceOf(options), ...subjectsOf(options), ...registrationOf(options) }
  return (publicUrl) => ({
    profile: profile === 'network' ? 'head' : profile,
    takesRotatedSecret: profile === 'network',
    accounts: options.accounts ?? profile === 'network',
    ...lifespans,
    ...rest,
    pkceOf: pkceOf(options),
    issuer: (urls.issuer ?? publicUrl).replace(/\/$/, ''),
    loginUrl: urls.login ?? `${publicUrl}/oauth2/fallbacks/login`,
    consentUrl: urls.consent ?? `${publicUrl}/oauth2/fallbacks/consent`,
    logoutUrl: urls.logout ?? `${publicUrl}/oauth2/fallbacks/logout`,
    errorUrl: urls.error ?? `${publicUrl}/oauth2/fallbacks/error`,
    postLogoutUrl: urls.postLogoutRedirect ?? `${publicUrl}/oauth2/fallbacks/logout/callback`,
    deviceVerificationUrl: urls.deviceVerification ?? `${publicUrl}/oauth2/fallbacks/device`,
    deviceDoneUrl: urls.deviceSuccess ?? `${publicUrl}/oauth2/fallbacks/device/done`,
    accessTokenStrategy: options.accessTokenStrategy ?? 'opaque',
    clientIdMetadataDocument: options.clientIdMetadataDocument ?? false,
  })
}

const maximumGraceMs = durationMs('5m')
const maximumCountedGraceMs = durationMs('4320h')

function graceOf({ refreshToken = {} }: SettingsOptions) {
  const { rotationGracePeriod = '0s', rotationGraceReuseCount = 0 } = refreshToken
  const longest = rotationGraceReuseCount > 0 ? maximumCountedGraceMs : maximumGraceMs
  return {
    refreshGraceMs: Math.max(0, Math.min(durationMs(rotationGracePeriod), longest)),
    refreshGraceReuses: rotationGraceReuseCount,
  }
}

function pkceOf({ pkce = {} }: SettingsOptions): Settings['pkceOf'] {
  if (pkce.enforced) return 'everybody'
  return pkce.enforcedForPublicClients ? 'public clients' : 'nobody'
}

function subjectsOf({ subjectIdentifiers = {}, accessTokenStrategy }: SettingsOptions) {
  const { supportedTypes = ['public'], salt = '' } = subjectIdentifiers
  const isPairwise = supportedTypes.includes('pairwise') && accessTokenStrategy !== 'jwt'
  if (isPairwise && salt.length < 8) {
    throw new RangeError('pairwise subjects need a salt of eight characters or more')
  }
  const isPublic = supportedTypes.includes('public') || !isPairwise
  const subjectTypes: readonly SubjectType[] = [
    ...(isPublic ? (['public'] as const) : []),
    ...(isPairwise ? (['pairwise'] as const) : []),
  ]
  return { subjectTypes, pairwiseSalt: salt }
}

function registrationOf({ dynamicClientRegistration = {} }: SettingsOptions) {
  const { enabled = false, defaultScope = [] } = dynamicClientRegistration
  const isNamed = defaultScope.length > 0
  return {
    dynamicRegistration: enabled,
    defaultScope: isNamed ? defaultScope : ['offline_access', 'offline', 'openid'],
  }
}
