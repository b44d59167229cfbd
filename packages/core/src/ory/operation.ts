/**
 * Ory's two sides, admin and public, and what has a base URL of its own besides: identities (Kratos)
 * and API keys (Talos). All but public take a key where there is one.
 */
export type Port = 'admin' | 'public' | 'identities' | 'api-keys'

/** The bucket of Ory Network's rate limit that a call drains; buckets are shared by their operations. */
export type RateBucket =
  | 'admin-low'
  | 'admin-medium'
  | 'admin-high'
  | 'public-medium'
  | 'public-high'
  | 'kratos-admin-low'
  | 'kratos-admin-medium'
  | 'kratos-admin-high'
  | 'unpublished'

/**
 * What a query parameter may be: `text` is a string that is not empty, `subject` one that names a
 * user or a session of theirs, `true` the literal `true`, `count` a whole number from 1 up,
 * `page-token` a text but never the specification's default.
 */
export type QueryKind = 'text' | 'subject' | 'true' | 'count' | 'page-token'

/** What a parameter that selects items is compared with. */
export type FilterKind = 'actor' | 'constant'

/** How an answer reads: nothing at all, a JSON object, a page of a JSON array, or a redirect. */
export type AnswerKind = 'nothing' | 'object' | 'page' | 'redirect'

/** Why a parameter is refused before any request; never names a value. */
export interface Refusal {
  readonly parameter: string
  readonly problem: string
}

/** Parameters as they arrive from a caller that may not have been type-checked. */
export type UncheckedParameters = Readonly<Record<string, unknown>>

/** Whether sending a call twice ends in the same state as sending it once. */
export type Repeatable<Parameters> = boolean | ((parameters: Parameters) => boolean)

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Opaque, and valid for an hour at most; `undefined` on the last page. */
  readonly nextPageToken: string | undefined
  /** How many items all pages have, where the server says so (`X-Total-Count`). */
  readonly total?: number
}

/** Everything about an operation that does not depend on its types. */
export interface OperationData {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** May hold one `{id}`, which is then a required parameter. */
  readonly path: `/${string}`
  readonly port: Port
  readonly query?: Readonly<Record<string, QueryKind>>
  /**
   * Parameters that select items, each compared with `=` in one AIP-160 expression, which is the query
   * parameter `filter`: `actor` names a user, without quotation marks and backslashes, and is quoted;
   * `constant` is one of the server's own words.
   */
  readonly filter?: Readonly<Record<string, FilterKind>>
  /** Names of form fields; each is a text. */
  readonly form?: readonly string[]
  /** Names of request headers; each is a text. */
  readonly header?: readonly string[]
  /**
   * A JSON body that must be there, as an object or an array, or that may be left out: then it is
   * `{}`, or nothing is sent.
   */
  readonly body?: 'object' | 'array' | 'optional-object' | 'object-or-nothing'
  /**
   * Whether the OAuth 2.0 client that calls has to authenticate (see `ClientAuthentication`), and
   * with `named` to say its `client_id` in the form whichever way it does.
   */
  readonly authentication?: 'optional' | 'required' | 'named'
  /** Names that must be there, besides `id` and a required body. */
  readonly required?: readonly string[]
  /** The only sets of names that Ory accepts together. */
  readonly combinations?: readonly (readonly string[])[]
  /** What Ory refuses, or takes in a way nobody means, and neither names nor kinds can say. */
  readonly check?: (parameters: UncheckedParameters) => Refusal | undefined
  readonly success: readonly number[]
  readonly answer: AnswerKind
  /**
   * The member of a page that holds its items, where it is an object; `next_page_token` beside it says
   * how the list goes on. Absent: the page is an array, and a `Link` header says so.
   */
  readonly items?: string
  /** Filters of a list that every item has to carry as they were asked for, under the same name. */
  readonly exact?: readonly string[]
  /**
   * Whether an answer, or an item of a page, is about another than the one that was asked for, where
   * that is for more than one member under one name to say.
   */
  readonly isAnother?: (
    answered: Readonly<Record<string, unknown>>,
    parameters: UncheckedParameters,
  ) => boolean
  /** Whether the answer is a client, and has to be the one that was asked for. */
  readonly answersClient?: true
  /** Whether 410 is an answer, `{ redirect_to }`, and no error. */
  readonly gone?: true
  readonly bucket: RateBucket
  /** How Ory answers the same call again once it has succeeded, where not with success. */
  readonly already?: 404 | 409 | readonly (404 | 409)[]
}

declare const types: unique symbol

/** An endpoint of Ory's OAuth2 API as data, with the types of its parameters and its result. */
export interface Operation<Parameters, Result> extends OperationData {
  readonly repeatable: Repeatable<Parameters>
  /** Never set: carries the types. */
  readonly [types]?: readonly [Parameters, Result]
}

/** Gives an operation's data its types. */
export const operation = <Parameters, Result>(
  data: OperationData & { readonly repeatable: Repeatable<Parameters> },
): Operation<Parameters, Result> => data

/** The parameters of an operation. */
export type ParametersIn<Op> =
  Op extends Operation<infer Parameters, infer _Result> ? Parameters : never

/** What an operation answers with. */
export type ResultIn<Op> = Op extends Operation<infer _Parameters, infer Result> ? Result : never

/** An operation without the types of its parameters and its result. */
export type AnyOperation = OperationData & { readonly repeatable: Repeatable<never> }

/** Whether a call of an operation may be sent again when its answer was lost. */
export const isRepeatableBy = ({ repeatable }: AnyOperation, parameters: unknown): boolean =>
  // An operation and its parameters belong together by the type of the call, which a look-up cannot express.
  typeof repeatable === 'boolean'
    ? repeatable
    : (repeatable as (given: unknown) => boolean)(parameters)
