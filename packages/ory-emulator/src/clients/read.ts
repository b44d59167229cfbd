import type { Route } from '../http.ts'
import { pageOf, readPageOr400 } from '../pagination.ts'
import type { ClientRow } from '../state.ts'
import { existingClient } from './update.ts'

/** getOAuth2Client */
export const getOAuth2Client: Route['handle'] = ({ params }, ory) => ({
  status: 200,
  json: existingClient(ory, params['id']).fields,
})

/** listOAuth2Clients: by id; an empty filter is not a filter. */
export const listOAuth2Clients: Route['handle'] = (request, ory) => {
  const { query } = request
  const page = readPageOr400(query, ory)
  const rows = filtered(ory.state.clients.after(page.after), {
    client_name: query.get('client_name') ?? '',
    owner: query.get('owner') ?? '',
  })
  const { items, link } = pageOf(request, page, rows, (row) => row.client_id, ory)
  return { status: 200, headers: { Link: link }, json: items.map(({ fields }) => fields) }
}

function* filtered(
  rows: Iterable<ClientRow>,
  filter: Readonly<Record<string, string>>,
): Generator<ClientRow> {
  const wanted = Object.entries(filter).filter(([, value]) => value !== '')
  for (const row of rows) {
    if (wanted.every(([name, value]) => row.fields[name] === value)) yield row
  }
}
