import { EventError } from '@lapse/core/errors'
import { UsageError } from '../errors.ts'

/**
 * The event that a command line asks a plan for, read as its worker would read it.
 *
 * @param data what the options say, by the member of `data` that each of them is
 * @param options the option of each member that may be at fault
 * @throws UsageError that names the option and what is wrong with it, and never its value
 */
export function eventOfOptions<Event>(
  type: string,
  data: object,
  parse: (body: string) => Event,
  options: Readonly<Record<string, string>>,
): Event {
  const event = { specversion: '1.0', type, id: 'plan', source: 'lapse plan' }
  try {
    return parse(JSON.stringify({ ...event, time: new Date().toISOString(), data }))
  } catch (error) {
    if (!(error instanceof EventError)) throw error
    const reason = Object.entries(options).reduce(
      (text, [member, option]) => text.replace(`data.${member} `, `${option} `),
      error.reason,
    )
    throw new UsageError(reason, { cause: error })
  }
}

/** The same of a user whom `--subject` names. @throws UsageError */
export function eventOfSubject<Event>(
  type: string,
  subject: string | undefined,
  parse: (body: string) => Event,
): Event {
  // Which member of a publisher's event is the subject says nothing of an option.
  return eventOfOptions(type, { subject }, (body) => parse(body), { subject: '--subject' })
}
