import { ConfigError } from '@lapse/core/errors'
import { faultInJson } from '@lapse/core/json'

/**
 * A setting that is JSON, as its value.
 * @param like an example of how it is written
 * @throws ConfigError that says where it stops being JSON, and quotes nothing of it
 */
export function jsonSetting(name: string, text: string, like: string): unknown {
  const fault = faultInJson(text)
  if (fault === undefined) return JSON.parse(text)
  const { line, column, problem } = fault
  throw new ConfigError(
    `${name} is not JSON: line ${line}, column ${column}: ${problem}; write it like ${like}`,
  )
}
