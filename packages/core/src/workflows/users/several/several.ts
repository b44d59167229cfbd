import { RefusedError } from '../../../errors.ts'
import {
  isUnresolved,
  mostSubjects,
  type UnresolvedUserEvent,
  type UserEvent,
  type UserEventType,
} from '../../../events/index.ts'
import type { MessageCall, Reading, Workflow } from '../../../run/index.ts'
import type { UserGrants } from '../user-workflow.ts'
import { forget, type Kept, keep, readKept, type UserServices } from './kept.ts'
import { resolveSubjects } from './resolve.ts'
import { keptOf, messageFor } from './subject-events.ts'

/** Whom an event is about, as far as it is known. */
type FoundSubjects =
  | { readonly kept: Kept; readonly isKept: boolean }
  /** A message for each of them is on the queue already. */
  | { readonly sent: { readonly subjects: number; readonly foundNobody: number } }

type AnyUserEvent<Type extends UserEventType> = UserEvent<Type> | UnresolvedUserEvent<Type>

/** What a workflow of any event about a user looks at. */
export type UsersObservation = UserGrants | FoundSubjects

/**
 * The workflow of an event about a user, whether its subject is known or not.
 * @param ofOne the workflow of an event whose subject is known
 */
export function forEachSubject<Type extends UserEventType>(
  event: AnyUserEvent<Type>,
  ofOne: Workflow<UserEvent<Type>, UserGrants>,
): Workflow<AnyUserEvent<Type>, UsersObservation, UserServices> {
  const own: unknown = isUnresolved(event) ? severalSubjects<Type>(ofOne.name) : ofOne
  // Each workflow is only ever given events and observations of its own kind.
  return own as Workflow<AnyUserEvent<Type>, UsersObservation, UserServices>
}

/**
 * Finds out whom an event is about, keeps that, and sends a message for each subject. Found out once:
 * whoever comes later goes on with the same subjects, even where the identity is gone by then.
 */
function severalSubjects<Type extends UserEventType>(
  name: string,
): Workflow<UnresolvedUserEvent<Type>, FoundSubjects, UserServices> {
  return {
    name,
    preconditions: [],
    about: () => ({}),
    observe: (event, reading) => findSubjects(name, event, reading),
    guard: (_event, found) => {
      if ('kept' in found && !found.isKept) refuseWrong(found.kept)
    },
    count: (_event, found) => {
      const { subjects, foundNobody } = 'kept' in found ? numbersOf(found.kept) : found.sent
      return { subjects, lookups_that_found_nobody: foundNobody }
    },
    remember: async (event, found, { services }) => {
      if ('kept' in found && !found.isKept) await keep(found.kept, { name, event }, services)
    },
    plan: (event, found) => [
      {
        key: 'subjects',
        calls: 'kept' in found ? messagesFor(event, found.kept) : [],
        everyAttempt: true,
        by: 'event',
        ends: [{ what: 'a message for each subject', evidence: 'requested' }],
      },
    ],
    verify: () => ({}),
    afterwards: (event, _found, { services }) => forget({ name, event }, services),
    survivors: async () => [],
    notes: (_event, { before = {} }) => [
      'each subject has a receipt of its own',
      ...nobodyFound(before['lookups_that_found_nobody'] ?? 0),
    ],
    measure: () => undefined,
  }
}

async function findSubjects(
  name: string,
  event: UnresolvedUserEvent,
  { accounts, services, signal }: Reading<UserServices>,
): Promise<FoundSubjects> {
  const read = services && (await readKept({ name, event }, services))
  if (read?.isSent === false) return { kept: read.kept, isKept: true }
  if (read?.isSent === true) return { sent: read }
  const resolved = await resolveSubjects(event, accounts, signal)
  return { kept: keptOf(event, resolved, services?.ledgerKey ?? nobodysKey), isKept: false }
}

/** Names what a dry run without a ledger shows, and nothing else. */
const nobodysKey = new Uint8Array(32)

/** Nothing was done yet: a person has to look at the mapping. */
function refuseWrong({ subjects }: Kept): void {
  if (subjects.length === 0)
    throw new RefusedError(
      'subjects-unknown: the identity provider knows nobody by what SUBJECT_TEMPLATES looks for; lapse subjects explain shows what that is',
    )
  if (subjects.length > mostSubjects)
    throw new RefusedError(
      `too-many-subjects: it is about ${subjects.length} users, and may be about ${mostSubjects}; make SUBJECT_TEMPLATES find fewer`,
    )
}

function messagesFor(event: UnresolvedUserEvent, kept: Kept): readonly MessageCall[] {
  return kept.subjects.map((subject) => messageFor(event, kept, subject))
}

function numbersOf({ subjects, foundNobody }: Kept) {
  return { subjects: subjects.length, foundNobody }
}

function nobodyFound(lookups: number): readonly string[] {
  return lookups === 0
    ? []
    : [`nobody was found by ${lookups} of what the identity provider was asked for`]
}
