import { ConfigError } from '@lapse/core/errors'
import { jsonSetting } from './json.ts'
import { whatIs } from './what-settings-are.ts'

/** Settings by name, as they stand in the environment. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A setting that has to be there. */
export function required(environment: Environment, name: string): string {
  const value = environment[name]
  if (!value) throw new ConfigError(`${name} is not set; give it ${whatIs(name)}`)
  return value
}

/** A setting that may be left out, or left empty. */
export function optional(environment: Environment, name: string): string | undefined {
  return environment[name] || undefined
}

/**
 * Texts with white space or commas between them, or a JSON array of texts: an owner may be called
 * `Acme Inc`, and would stay unprotected as two words.
 */
export function list(environment: Environment, name: string): readonly string[] {
  const text = (environment[name] ?? '').trim()
  // With a quotation mark it is JSON that somebody cut short, with a semicolon another list than this:
  // either would protect something else.
  return text.startsWith('[') || /["“”„;]/.test(text)
    ? textsOf(text, name)
    : text.split(/[\s,]+/).filter((item) => item !== '')
}

function textsOf(json: string, name: string): readonly string[] {
  const like = '["one", "two"]'
  const texts = jsonSetting(name, json, like)
  if (Array.isArray(texts) && texts.every((text) => typeof text === 'string')) return texts
  throw new ConfigError(`${name} is not a JSON array of texts; write it like ${like}`)
}
