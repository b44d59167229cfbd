import type { S3ClientConfig } from '@aws-sdk/client-s3'
import { UnavailableError } from '@lapse/core/errors'
import type { LogBucket } from '@lapse/core/ports'
import { boundedClient, type WithLimits } from './client-settings.ts'
import { isNamed } from './error-name.ts'
import { asMisconfiguration } from './misconfiguration.ts'
import { once } from './once.ts'

/** How often a write is sent again that met with another one of the same object. */
const mostConflicts = 5

/** Where a log's objects are. */
export interface LogPlace {
  readonly bucket: string
  readonly prefix: string
  /** The account that has to own the bucket, where that is not certain: names are everybody's. */
  readonly owner?: string | undefined
}

/**
 * A log's objects in an S3 bucket, under `<prefix>/`. Whoever may not list the bucket is refused
 * what is not there, and told nothing else.
 */
export function s3LogBucket(
  { bucket, prefix, owner }: LogPlace,
  config: WithLimits<S3ClientConfig> = {},
): LogBucket {
  const client = once(async () =>
    boundedClient((await import('./s3-sdk.ts')).S3Client, { ...config }),
  )
  const failed = (error: unknown): never => {
    throw asMisconfiguration(error, `bucket ${bucket}`)
  }
  const at = (path: string) => ({
    Bucket: bucket,
    Key: `${prefix}/${path}`,
    ...(owner !== undefined && { ExpectedBucketOwner: owner }),
  })

  async function put(path: string, Body: Uint8Array, condition: Condition): Promise<boolean> {
    const { PutObjectCommand } = await import('./s3-sdk.ts')
    const command = new PutObjectCommand({ ...at(path), Body, ...condition })
    for (let sent = 1; ; sent += 1) {
      try {
        await (await client()).send(command)
        return true
      } catch (error) {
        if (isNamed(error, 'PreconditionFailed') || isNamed(error, 'NoSuchKey')) return false
        if (!isNamed(error, 'ConditionalRequestConflict')) return failed(error)
        if (sent === mostConflicts)
          throw new UnavailableError(`bucket ${bucket}`, 'ConditionalRequestConflict')
      }
    }
  }

  return {
    async get(path) {
      const { GetObjectCommand } = await import('./s3-sdk.ts')
      try {
        const { Body, ETag = '' } = await (await client()).send(new GetObjectCommand(at(path)))
        return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(), etag: ETag }
      } catch (error) {
        return isNamed(error, 'NoSuchKey') ? undefined : failed(error)
      }
    },
    create: (path, bytes) => put(path, bytes, { IfNoneMatch: '*' }),
    replace: (path, bytes, etag) => put(path, bytes, { IfMatch: etag }),
  }
}

type Condition = { readonly IfNoneMatch: '*' } | { readonly IfMatch: string }
