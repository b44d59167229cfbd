import { subjectFields } from '@lapse/aws/settings/subject-fields'
import type { Environment } from '@lapse/aws/settings/texts'
import { suspensionSettings, userSettings } from '@lapse/aws/settings/workflows'
import {
  parseUserDeleted,
  parseUserSignedOut,
  parseUserSuspended,
  type SubjectFields,
  type UnresolvedUserEvent,
  type UserEvent,
  type UserEventType,
} from '@lapse/core/events'
import type { Workflow } from '@lapse/core/run'
import {
  forEachSubject,
  type UserGrants,
  userDeleted,
  userSignedOut,
  userSuspended,
} from '@lapse/core/workflows'
import { UsageError } from '../errors.ts'
import { eventOfFile } from '../plan/event-of-file.ts'
import { eventOfSubject } from '../plan/event-of-options.ts'
import { type PlanOptions, showPlan } from '../plan/show-plan.ts'

export interface UserOptions extends PlanOptions {
  readonly subject?: string
}

/** How events of one type read, and what is done about them. */
interface UserWork<Type extends UserEventType> {
  readonly type: Type
  readonly parse: {
    (body: string, fields: SubjectFields): UserEvent<Type> | UnresolvedUserEvent<Type>
    (body: string): UserEvent<Type>
  }
  readonly workflow: (settings: Environment) => Workflow<UserEvent<Type>, UserGrants>
}

/** `lapse plan user-deleted`: what an event in a file, or one about a subject, would do now. */
export function planUserDeleted(file: string | undefined, options: UserOptions): Promise<void> {
  const work = {
    type: 'user.deleted',
    parse: parseUserDeleted,
    workflow: (settings: Environment) => userDeleted(userSettings(settings)),
  } as const
  return planUser(work, file, options)
}

/** `lapse plan user-suspended`: the same for a user who is suspended. */
export function planUserSuspended(file: string | undefined, options: UserOptions): Promise<void> {
  const work = {
    type: 'user.suspended',
    parse: parseUserSuspended,
    workflow: (settings: Environment) => userSuspended(suspensionSettings(settings)),
  } as const
  return planUser(work, file, options)
}

/** `lapse plan user-signed-out`: the same for a user who was signed out everywhere. */
export function planUserSignedOut(file: string | undefined, options: UserOptions): Promise<void> {
  const work = {
    type: 'user.signed-out',
    parse: parseUserSignedOut,
    workflow: (settings: Environment) => userSignedOut(userSettings(settings)),
  } as const
  return planUser(work, file, options)
}

async function planUser<Type extends UserEventType>(
  { type, parse, workflow }: UserWork<Type>,
  file: string | undefined,
  { subject, ...options }: UserOptions,
): Promise<void> {
  if ((file === undefined) === (subject === undefined)) {
    throw new UsageError('give one of --subject and a file; lapse plan --help shows how')
  }
  if (subject === '') throw new UsageError('--subject is empty; say whose grants to look for')

  const eventIn = async (settings: Environment) =>
    file === undefined
      ? eventOfSubject(type, subject, (body) => parse(body))
      : eventOfFile(file, (body) => parse(body, subjectFields(settings)))
  await showPlan(async (settings) => {
    const event = await eventIn(settings)
    return { workflow: forEachSubject(event, workflow(settings)), event }
  }, options)
}
