import { readFile } from 'node:fs/promises'
import { UsageError } from '../errors.ts'

/** Ory's own configuration out of a file. @throws UsageError */
export async function readOryConfig(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} cannot be read (${error.code})`, { cause: error })
  })
  try {
    const config: unknown = JSON.parse(text)
    if (typeof config === 'object' && config !== null) return config
  } catch {
    // Told below, with everything else that it may be.
  }
  throw new UsageError(
    `${path} is not a configuration in JSON; write it with ory get oauth2-config --format json, or with yq -o json from hydra.yml`,
  )
}
