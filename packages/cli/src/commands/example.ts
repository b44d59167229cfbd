import { subjectFields } from '@lapse/aws/settings/subject-fields'
import type { Environment } from '@lapse/aws/settings/texts'
import { EventError } from '@lapse/core/errors'
import {
  type OffboardingMode,
  parseAppOffboarded,
  parseKeyRotated,
  parseUserDeleted,
  parseUserSignedOut,
  parseUserSuspended,
  type SubjectFields,
  type UserEventType,
} from '@lapse/core/events'
import { UsageError } from '../errors.ts'
import {
  type Example,
  exampleAppOffboarded,
  exampleKeyRotated,
  exampleUserEvent,
  type Issuer,
} from '../example/example-event.ts'
import { printJson } from '../output/print.ts'
import { findPlace } from '../place/find-place.ts'

/** `lapse example user.deleted`: the subject stands where the worker's setting says. */
export function printUserDeleted(user: ExampleUser): Promise<void> {
  return printUser('user.deleted', user, parseUserDeleted)
}

/** `lapse example user.suspended`. */
export function printUserSuspended(user: ExampleUser): Promise<void> {
  return printUser('user.suspended', user, parseUserSuspended)
}

/** `lapse example user.signed-out`. */
export function printUserSignedOut(user: ExampleUser): Promise<void> {
  return printUser('user.signed-out', user, parseUserSignedOut)
}

interface ExampleUser {
  readonly subject: string
}

async function printUser(
  type: UserEventType,
  { subject }: ExampleUser,
  parse: (body: string, fields: SubjectFields) => unknown,
): Promise<void> {
  const fields = subjectFields(await settingsHere())
  const event = exampleUserEvent(type, { subject, field: fields.userDeleted }, Date.now())
  printChecked(event, (body) => parse(body, fields))
}

/** Those of the `lapse dev` that runs here, which the event is for; else those of the environment. */
async function settingsHere() {
  const isNamed = (variables: Environment) => Boolean(variables['USER_DELETED_QUEUE_URL'])
  const dev = findPlace({ isNamed }, process.env, process.cwd())
  // One that is gone keeps nobody from an example.
  return (await dev.catch(() => undefined))?.variables ?? process.env
}

export interface OffboardingOptions {
  readonly clientId?: string
  readonly owner?: string
  readonly issuer?: string
  readonly mode: OffboardingMode
}

/** `lapse example app.offboarded`: of a client, or of every client of an owner. */
export function printAppOffboarded({ clientId, owner, issuer, mode }: OffboardingOptions): void {
  if (clientId !== undefined && owner !== undefined)
    throw new UsageError('give one of --client-id and --owner')
  const whose = owner === undefined ? { client_id: clientId ?? 'mail' } : { owner }
  const offboarding = { ...whose, mode, ...(issuer !== undefined && { issuers: [issuer] }) }
  printChecked(exampleAppOffboarded(offboarding, Date.now()), parseAppOffboarded)
}

/** `lapse example key.rotated`: a key pair is made for it, and only the public key is kept. */
export function printKeyRotated(issuer: Issuer): void {
  printChecked(exampleKeyRotated(issuer, Date.now()), parseKeyRotated)
}

/** @throws UsageError where an option makes it an event that no worker takes */
function printChecked(event: Example, parse: (body: string) => unknown): void {
  try {
    parse(JSON.stringify(event))
  } catch (error) {
    if (!(error instanceof EventError)) throw error
    throw new UsageError(`such an event would be refused: ${error.reason}`, { cause: error })
  }
  printJson(event)
}
