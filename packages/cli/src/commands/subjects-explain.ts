import { subjectFields } from '@lapse/aws/settings/subject-fields'
import { type Explained, explain } from '@lapse/core/events'
import { columns } from '../output/layout.ts'
import { print, printJson } from '../output/print.ts'
import { findPlace, type StageOption } from '../place/find-place.ts'
import { eventOfFile } from '../plan/event-of-file.ts'
import { settingsProblem } from '../plan/plan-problem.ts'

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
  if (json) printJson(explained)
  else print(...linesOf(explained))
}

function linesOf({ event, source, setting, mapping, members, subject }: Explained) {
  return [
    `${event} of ${source} is about ${subject}`,
    ...columns([
      [setting, mapping],
      ...members.map(({ path, value }) => [`data.${path}`, value] as const),
    ]),
  ]
}
