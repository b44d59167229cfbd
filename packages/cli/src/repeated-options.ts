import type { Command } from 'commander'
import { UsageError } from './errors.ts'

/**
 * Has every command below this one refuse an option that is given twice with a value: one of the two
 * would be overlooked.
 */
export function refuseRepeatedOptions(command: Command): void {
  const given = new Set<string>()
  for (const option of command.options.filter(({ required, variadic }) => required && !variadic)) {
    command.on(`option:${option.name()}`, () => {
      if (given.has(option.name())) {
        throw new UsageError(`${option.long} is given twice; give it once`)
      }
      given.add(option.name())
    })
  }
  for (const each of command.commands) refuseRepeatedOptions(each)
}
