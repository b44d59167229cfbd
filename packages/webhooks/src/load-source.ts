import { ConfigError } from '@lapse/core/errors'
import type { RevocationSource, Source } from './source.ts'

/** Whether requests of a source are taken: it is switched on, and its name can be that of a folder. */
export function isTaken(name: string, sources: readonly string[]): boolean {
  return sources.includes(name) && /^[a-z][a-z0-9-]*$/.test(name)
}

/**
 * A source by its name, from the file that holds all there is to know about it.
 * @throws ConfigError where there is no such file
 */
export async function loadSource(name: string): Promise<Source | RevocationSource> {
  try {
    // A bundler takes this very pattern for all files that it may mean.
    const { source } = (await import(`./sources/${name}/source.ts`)) as {
      readonly source: Source | RevocationSource
    }
    return source
  } catch (cause) {
    const problem = `the webhook source ${name} cannot be loaded; is it on the list by mistake?`
    throw new ConfigError(problem, { cause })
  }
}
