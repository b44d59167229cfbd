import { CommandError, UsageError } from '../errors.ts'
import type { StageDocument } from './stage-document.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** Who says where a stage's Ory is. */
export interface OrySayings {
  readonly stage: string
  readonly parameter: string
  readonly document: StageDocument
  /** The function that is asked what it is configured with, and that. */
  readonly functionName: string
  readonly functionVariables: Variables
  readonly environment: Variables
}

/**
 * The variables that say where a stage's Ory is and with which key it is asked. Whoever can write the
 * parameter could name an Ory of their own, so what it says has to be what the function is configured
 * with; and the stage's key goes to that Ory alone, whatever the environment says.
 *
 * @throws CommandError, UsageError where they contradict each other
 */
export function oryVariables(sayings: OrySayings): Readonly<Record<string, string | undefined>> {
  const { document, environment } = sayings
  insist('ORY_ADMIN_URL', document.urls.admin, sayings)
  insist('ORY_PUBLIC_URL', document.urls.public, sayings)
  const { ORY_ADMIN_URL, ORY_API_KEY, ORY_API_KEY_SECRET_ID } = environment
  const own = {
    ORY_ADMIN_URL: ORY_ADMIN_URL || document.urls.admin,
    ORY_PUBLIC_URL: environment['ORY_PUBLIC_URL'] || document.urls.public,
    ...accountVariables(sayings),
    // The function is configured with the key of its stage, which no other Ory may see.
    ORY_API_KEY_SECRET_ID: ORY_API_KEY_SECRET_ID || undefined,
  }
  if (document.secrets.apiKey === undefined || ORY_API_KEY_SECRET_ID) return own
  if (isSameUrl(own.ORY_ADMIN_URL, document.urls.admin))
    return { ...own, ORY_API_KEY_SECRET_ID: document.secrets.apiKey }
  if (ORY_API_KEY) return own
  throw new UsageError(
    `ORY_ADMIN_URL is not the Ory that ${sayings.functionName} asks, to which alone the key of ${sayings.stage} goes; take it away, or set ORY_API_KEY to the key of that other Ory`,
  )
}

/** What a user has besides OAuth2 is where the function is told, as long as the stage's own Ory is asked. */
function accountVariables({ document, environment, functionVariables }: OrySayings): Variables {
  const { ORY_ADMIN_URL = '' } = environment
  const isOwn = ORY_ADMIN_URL === '' || isSameUrl(ORY_ADMIN_URL, document.urls.admin)
  const told = isOwn ? functionVariables : {}
  return Object.fromEntries(
    ['ORY_IDENTITIES_URL', 'ORY_API_KEYS_URL'].map((name) => [
      name,
      environment[name] || told[name],
    ]),
  )
}

/** Where the parameter says otherwise than the function is configured, somebody has written it. */
function insist(
  variable: 'ORY_ADMIN_URL' | 'ORY_PUBLIC_URL',
  told: string,
  { parameter, functionName, functionVariables }: OrySayings,
): void {
  if (isSameUrl(told, functionVariables[variable])) return
  throw new CommandError(
    `${parameter} names another ${variable} than ${functionName} is configured with, so that nothing is sent to either; see who wrote the parameter, and deploy the stage again`,
  )
}

function isSameUrl(one: string, other = ''): boolean {
  const href = (text: string) => URL.parse(text)?.href.replace(/\/+$/, '')
  return href(one) !== undefined && href(one) === href(other)
}
