import { subjectFields } from '@lapse/aws/settings/subject-fields'
import { type Explained, explain, type SubjectMapping } from '@lapse/core/events'
import { CommandError } from '../errors.ts'
import { columns, hanging } from '../output/layout.ts'
import { print, printJson } from '../output/print.ts'
import { findPlace, type StageOption } from '../place/find-place.ts'
import { eventOfFile } from '../plan/event-of-file.ts'
import { settingsProblem } from '../plan/plan-problem.ts'
import { type Asked, askForSubjects, notAsked } from '../subjects/ask.ts'

export interface ExplainOptions extends StageOption {
  readonly json?: boolean
}

/** `lapse subjects explain`: whose event it is, as a worker of that place would find it. */
export async function explainSubjects(
  file: string,
  { json = false, stage }: ExplainOptions,
): Promise<void> {
  const which = { stage, isNamed: () => false }
  const place = await findPlace(which, process.env, process.cwd()).catch(settingsProblem)
  const variables = place?.variables ?? process.env
  const fields = await Promise.resolve(variables).then(subjectFields).catch(settingsProblem)
  const explained = await eventOfFile(file, (body) => explain(body, fields))
  if ('subject' in explained) {
    if (json) printJson(explained)
    else print(...linesOf(explained, explained.subject))
    return
  }
  const asked = await askForSubjects(explained, stage)
  if (json) printJson({ ...explained, ...asked })
  else print(...linesOf(explained, aboutWhom(asked)), ...lookupLines(asked))
  if (asked.subjects.length === 0 && asked.lookups.every(({ identities }) => identities !== null))
    throw new CommandError(
      'subjects-unknown: the identity provider knows nobody by what SUBJECT_TEMPLATES looks for; change it, or send the event while the identity is there',
    )
}

function linesOf({ event, source, setting, mapping, members }: Explained, whom: string) {
  return [
    hanging(`${event} of ${source} is about ${whom}`),
    ...columns([
      [setting, textOf(mapping)],
      ...members.map(({ path, value }) => [`data.${path}`, value] as const),
    ]),
  ]
}

/** A template as it is, and anything else as the setting has it. */
function textOf(mapping: SubjectMapping): string {
  return typeof mapping === 'string' ? mapping : JSON.stringify(mapping)
}

function aboutWhom({ subjects, lookups }: Asked): string {
  const isOpen = lookups.some(({ identities }) => identities === null)
  const whom = isOpen ? [...subjects, 'whoever the identity provider names'] : subjects
  return whom.length === 0 ? 'nobody' : whom.join(', ')
}

/** What the identity provider was asked, or would be, and what it said. */
function lookupLines({ lookups, notAskedBecause }: Asked) {
  if (lookups.length === 0) return []
  return [
    ...columns(
      lookups.map(({ by, value, identities }) => [
        by,
        value,
        identities === null ? 'not asked' : identities.join(', ') || 'nobody',
      ]),
    ),
    ...(notAskedBecause === undefined ? [] : [notAsked(notAskedBecause)]),
  ]
}
