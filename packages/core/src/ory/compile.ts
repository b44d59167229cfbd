import type { AnyOperation, FilterKind, OperationData, QueryKind } from './operation.ts'

/** Where a parameter goes; the kinds of `FilterKind` go into the filter, those of `QueryKind` into the query. */
export type Place = 'id' | 'body' | 'form' | 'header' | 'basic' | FilterKind | QueryKind

/** An operation made ready to write requests from: looked up once, not at every call. */
export interface CompiledOperation {
  readonly id: string
  readonly data: AnyOperation
  readonly pathBefore: string
  readonly pathAfter: string
  readonly places: ReadonlyMap<string, Place>
  /** The names of the parameters that go into the query as they are. */
  readonly inQuery: ReadonlySet<string>
  /** The names of those that go into the form. */
  readonly inForm: ReadonlySet<string>
  readonly required: readonly string[]
}

const authenticationFields = [
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
]

function* placesIn(data: OperationData): Generator<[string, Place]> {
  if (data.path.includes('{id}')) yield ['id', 'id']
  if (data.body !== undefined) yield ['body', 'body']
  yield* Object.entries(data.filter ?? {})
  for (const name of data.form ?? []) yield [name, 'form']
  for (const name of data.header ?? []) yield [name, 'header']
  if (data.authentication !== undefined) {
    yield ['basic', 'basic']
    for (const name of authenticationFields) yield [name, 'form']
  }
  yield* Object.entries(data.query ?? {})
}

const namesAt = (wanted: Place, places: ReadonlyMap<string, Place>): ReadonlySet<string> =>
  new Set([...places].filter(([, place]) => place === wanted).map(([name]) => name))

/** Makes an operation ready. `prefix` is the base path of its side of Ory. */
export const compile = (id: string, data: AnyOperation, prefix: string): CompiledOperation => {
  const [before = '', after = ''] = data.path.split('{id}')
  const places = new Map(placesIn(data))

  return {
    id,
    data,
    pathBefore: prefix + before,
    pathAfter: after,
    places,
    inQuery: new Set(Object.keys(data.query ?? {})),
    inForm: namesAt('form', places),
    required: [
      ...(data.path.includes('{id}') ? ['id'] : []),
      ...(data.body === 'object' || data.body === 'array' ? ['body'] : []),
      ...(data.required ?? []),
    ],
  }
}
