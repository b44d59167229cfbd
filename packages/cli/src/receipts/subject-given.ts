import { readUtf8 } from '@lapse/core/json'
import { UsageError } from '../errors.ts'
import { readBytes } from '../read-bytes.ts'

/**
 * The subject that is meant: as it was typed, or for `-` what standard input holds without the line
 * break at its end, so that it stands in no list of processes and no shell's history.
 *
 * @throws UsageError, in which it never is
 */
export async function subjectGiven(text: string): Promise<string> {
  const subject = text === '-' ? await subjectOnInput() : text
  if (subject.trim() === '')
    throw new UsageError('--subject is empty; give the OAuth2 subject, as accepted at login')
  return subject
}

async function subjectOnInput(): Promise<string> {
  const text = readUtf8(await readBytes('-', 'give the subject there'))
  if (text === undefined) throw new UsageError('the subject on standard input is not UTF-8')
  const subject = text.replace(/\r?\n$/, '')
  if (/[\r\n]/.test(subject))
    throw new UsageError('standard input has more than one line; give one subject')
  return subject
}
