import { badRequest, oryError, rowNotFound } from '../errors.ts'
import { GoError } from '../go/go-error.ts'
import { parseUuid } from '../go/uuid.ts'
import type { Bucket, Route } from '../http.ts'
import { pageOf, readPageOr400 } from '../pagination.ts'
import { issuerKey, type State, type TrustedIssuerRow } from '../state.ts'
import { trustOAuth2JwtGrantIssuer } from './trust.ts'
import { toWireIssuer } from './wire.ts'

/** listTrustedOAuth2JwtGrantIssuers: by id; an empty `issuer` is not a filter. */
const list: Route['handle'] = (request, ory) => {
  const issuer = request.query.get('issuer') ?? ''
  const page = readPageOr400(request.query, ory)
  const rows = ofIssuer(ory.state.trustedIssuers.after(page.after), issuer)
  const { items, link } = pageOf(request, page, rows, (row) => row.id, ory)
  return { status: 200, headers: { Link: link }, json: items.map(toWireIssuer) }
}

const get: Route['handle'] = ({ params }, { state }) => ({
  status: 200,
  json: toWireIssuer(existing(state, params['id'])),
})

/** deleteTrustedOAuth2JwtGrantIssuer: takes its key along, and with it every grant that stands on that key. */
const remove: Route['handle'] = ({ params }, { state }) => {
  const { issuer, kid } = existing(state, params['id'])
  const key = issuerKey(issuer, kid)
  state.trustedKeys.delete(key)
  for (const { id } of state.trustedIssuers.by('issuerKey', key)) state.trustedIssuers.delete(id)
  return { status: 204 }
}

function* ofIssuer(rows: Iterable<TrustedIssuerRow>, issuer: string): Generator<TrustedIssuerRow> {
  for (const row of rows) if (issuer === '' || row.issuer === issuer) yield row
}

function existing({ trustedIssuers }: State, id = ''): TrustedIssuerRow {
  const row = trustedIssuers.get(uuidOr400(id))
  if (!row) throw oryError(rowNotFound)
  return row
}

function uuidOr400(id: string): string {
  try {
    return parseUuid(id)
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw oryError(badRequest, `Unable to parse parameter id: ${error.message}`)
  }
}

function admin(
  operation: string,
  method: string,
  path: string,
  bucket: Bucket,
  handle: Route['handle'],
): Route {
  return { operation, port: 'admin', method, path, bucket, handle }
}

const issuers = '/admin/trust/grants/jwt-bearer/issuers'

/** Trusted JWT-bearer grant issuers. */
export const issuerRoutes: readonly Route[] = [
  admin('listTrustedOAuth2JwtGrantIssuers', 'GET', issuers, 'admin-medium', list),
  admin('trustOAuth2JwtGrantIssuer', 'POST', issuers, 'admin-low', trustOAuth2JwtGrantIssuer),
  admin('getTrustedOAuth2JwtGrantIssuer', 'GET', `${issuers}/{id}`, 'admin-medium', get),
  admin('deleteTrustedOAuth2JwtGrantIssuer', 'DELETE', `${issuers}/{id}`, 'admin-low', remove),
]
