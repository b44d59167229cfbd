import { type RotatedClient, rotatedClients } from './rotated-clients.ts'

/** Where a self-hosted Ory keeps its admin port: functions run in these subnets then. */
export interface Vpc {
  readonly privateSubnets: readonly string[]
  readonly securityGroups: readonly string[]
}

/** Whose limits are known by name; `staging` is every environment of a paid plan but production. */
export type OryPlan =
  | 'developer'
  | 'production'
  | 'growth'
  | 'enterprise'
  | 'staging'
  | 'self-hosted'

/** Who goes first; docs/events.md says what each is for. */
export type Lane = 'incident' | 'deletion' | 'hygiene'

/** An identity provider that may sign users out, and which; docs/webhooks.md has the rest. */
export interface RevocationIssuer {
  /** The `iss` of its JWTs, as `https://acme.okta.com`. */
  readonly issuer: string
  /** Where its keys are, as `https://acme.okta.com/oauth2/v1/keys`. */
  readonly jwksUri: string
  /** Whom it may speak for: `iss` of subjects, domains of addresses, and ids that say neither. */
  readonly subjectIssuers?: readonly string[]
  readonly emailDomains?: readonly string[]
  readonly opaqueIds?: boolean
}

/**
 * One way from an event to its subjects: a text in which paths in `data` stand in braces, or a lookup
 * of identities at the identity provider by what such a text makes.
 */
export type SubjectRule =
  | string
  | { readonly external_id: string }
  | { readonly credentials_identifier: string }

/** Everything in which one deployment differs from another. */
export interface Settings {
  readonly oryAdminUrl: string
  readonly oryPublicUrl: string
  /** Where assertions are meant for another URL than `/oauth2/token` under the public one. */
  readonly oryTokenEndpoint?: string
  /**
   * Where a user's sessions at the identity provider (Kratos), and their API keys (Talos), are: at Ory
   * Network both are at `oryAdminUrl`. Absent: they are not looked at.
   */
  readonly oryIdentitiesUrl?: string
  readonly oryApiKeysUrl?: string
  /** Whether API keys are revoked, which is for ever, when a user is suspended; no. */
  readonly suspensionEndsApiKeys?: boolean
  /** Ory Network is asked with a key, which is put into Secrets Manager; a self-hosted Ory has none. */
  readonly oryApiKey: boolean
  /**
   * Ory Network's plan, as `production`, or its limits as JSON: all functions together make no more
   * calls than that. Absent: as many as they can, as is right for a self-hosted Ory.
   */
  readonly oryRateLimits?: OryPlan | `{${string}}`
  /** Ory's `ttl.login_consent_request` and `ttl.access_token`, as Ory writes durations. */
  readonly loginConsentTtl: string
  readonly accessTokenLifespan: string
  /** How long after the first call for a user their tokens work no more; a minute. */
  readonly tokensEndWithin?: string
  readonly vpc?: Vpc
  /** ARNs of the IAM roles that may publish `user.deleted`, to the SNS topic or to the event bus. */
  readonly publishers: readonly string[]
  /** The Ory Network project whose event stream may be published to an SNS topic of its own. */
  readonly oryProjectId?: string
  /**
   * Which member of `user.deleted`, and which attribute of `IdentityDeleted`, is the OAuth2 subject;
   * or the path to it, such as `object.user_id`.
   */
  readonly subjectField: string
  readonly identitySubjectField: string
  /**
   * By the `source` of an event about a user, what its subject is made of, before the two above are
   * looked at: `{ 'https://hr.example': 'hr|{employee.id}' }`. In braces are paths in `data`. A user who
   * has several subjects takes a list, and one whom only the identity provider can name a lookup, as
   * `{ external_id: '{employee.id}' }`, which needs `oryIdentitiesUrl`; docs/events.md has the rest.
   */
  readonly subjectTemplates?: Readonly<Record<string, SubjectRule | readonly SubjectRule[]>>
  /** What users are whom a webhook source deactivates (Polis: `active` is false); `suspended`. */
  readonly deactivatedUsersAre?: 'suspended' | 'deleted'
  /** Sources whose webhooks are taken, by the names they have under `packages/webhooks/src/sources`. */
  readonly webhookSources: readonly string[]
  /**
   * How many webhooks are taken at the same time. An account with a limit of 10 can reserve none:
   * `unreserved` there, until the limit is raised.
   */
  readonly webhookConcurrency: number | 'unreserved'
  /** Besides those of webhooks: what publishers call themselves in `source`; refusals are counted by it. */
  readonly eventSources?: readonly string[]
  /**
   * Lanes that events on the ordinary queues may claim besides `deletion`; absent: `hygiene`. Incidents
   * are rather sent to the queues that are for them, where nothing has to be claimed.
   */
  readonly publisherLanes?: readonly Lane[]
  /**
   * Lanes by webhook source: one lane that all of its events are in, whatever they say, or a list of
   * those that they may claim besides `deletion`; absent: `hygiene`.
   */
  readonly webhookLanes?: Readonly<Record<string, Lane | readonly Lane[]>>
  /** Who may sign users out by Global Token Revocation, with the source of that name; absent: nobody. */
  readonly revocationIssuers?: readonly RevocationIssuer[]
  /**
   * The URL that these send to, where it is not the door's own: what their JWTs have to be for, as
   * `https://logout.example.com/webhooks/global-token-revocation`.
   */
  readonly revocationUrl?: string
  readonly rotatedClients: readonly RotatedClient[]
  /** So many minutes after an event what it is to end is to be seen gone; 5. Later ones set off an alarm. */
  readonly observedWithinMinutes?: number
  /**
   * Of so many users in a hundred within an hour nothing may be known at Ory; 90. More set off an alarm:
   * the mapping of subjects may be wrong. 100: no alarm.
   */
  readonly unknownSubjectsPercent?: number
  /** Refused on every path. */
  readonly protectedClientIds: readonly string[]
  readonly protectedOwners: readonly string[]
  readonly protectedIssuers: readonly string[]
  /**
   * Who may shorten the lock of 400 days on what the receipts log has published: whoever has
   * `s3:BypassGovernanceRetention` (`governance`, where nothing is said), or nobody (`compliance`).
   */
  readonly receiptsLock?: 'governance' | 'compliance'
  /** Who is written to when an alarm goes off; AWS asks each of them for consent first. */
  readonly alarmEmails: readonly string[]
}

/** The templates as those read them who read events. */
export function templatesIn({ subjectTemplates }: Settings): Readonly<Record<string, string>> {
  return subjectTemplates ? { SUBJECT_TEMPLATES: JSON.stringify(subjectTemplates) } : {}
}

/** The choices of this deployment; edit them here. */
const choices: Omit<Settings, 'oryAdminUrl' | 'oryPublicUrl' | 'alarmEmails'> = {
  oryApiKey: true,
  loginConsentTtl: '30m',
  accessTokenLifespan: '1h',
  publishers: [],
  subjectField: 'subject',
  identitySubjectField: 'IdentityID',
  webhookSources: ['standard'],
  webhookConcurrency: 10,
  rotatedClients,
  protectedClientIds: [],
  protectedOwners: [],
  protectedIssuers: [],
}

/**
 * The settings of this deployment: the choices above, and what differs between stages from the
 * environment, into which SST reads `.env` and `.env.<stage>`.
 * @throws Error, in one line, where a URL is missing
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  return {
    ...choices,
    oryAdminUrl: urlIn(environment, 'ORY_ADMIN_URL'),
    oryPublicUrl: urlIn(environment, 'ORY_PUBLIC_URL'),
    alarmEmails: (environment['ALARM_EMAILS'] ?? '').split(/[\s,]+/).filter((text) => text !== ''),
  }
}

function urlIn(environment: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = environment[name] ?? ''
  if (/^https?:\/\//.test(value) && URL.canParse(value)) return value
  throw new Error(`${name} is not a URL; write it into .env.${$app.stage}, like ${name}=https://…`)
}
