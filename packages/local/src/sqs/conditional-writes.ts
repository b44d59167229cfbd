import type { buildApp } from 'fauxqs'
import { fauxqsModule } from './fauxqs-modules.ts'

type App = ReturnType<typeof buildApp>

/** Objects in buckets, as fauxqs keeps them. */
export interface S3Store {
  createBucket(name: string): void
  /** Throws where there is none. */
  headObject(bucket: string, key: string): { readonly etag: string }
}

/** Empty storage, which `buildApp` takes and then serves beside its queues. */
export async function s3Store(): Promise<S3Store> {
  const { S3Store } = (await fauxqsModule('./s3/s3Store.js')) as {
    readonly S3Store: new () => S3Store
  }
  return new S3Store()
}

interface Put {
  readonly bucket: string
  readonly '*': string
}

/**
 * Has S3 keep the conditions of a write (`If-None-Match: *`, `If-Match`), which fauxqs writes
 * without looking at. Nothing comes between the look and the write: both are made in one turn.
 */
export function keepConditions(app: App, store: S3Store): void {
  app.addHook('preHandler', (request, reply, done) => {
    const { 'if-none-match': none, 'if-match': match } = request.headers
    const { bucket, '*': key } = request.params as Put
    if (request.method !== 'PUT' || (none === undefined && match === undefined)) return done()

    const there = etagOf(store, bucket, key)
    const problem =
      none === '*' && there !== undefined
        ? refusals.differs
        : match !== undefined && there !== match
          ? refusals[there === undefined ? 'gone' : 'differs']
          : undefined
    if (problem === undefined) return done()
    const { status, code } = problem
    reply
      .code(status)
      .header('content-type', 'application/xml')
      .send(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`)
  })
}

const refusals = {
  differs: { status: 412, code: 'PreconditionFailed' },
  gone: { status: 404, code: 'NoSuchKey' },
} as const

function etagOf(store: S3Store, bucket: string, key: string): string | undefined {
  try {
    return store.headObject(bucket, key).etag
  } catch {
    return undefined
  }
}
