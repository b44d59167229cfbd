/** The same with the whole of undici, as most programs import it. */
import { request } from 'undici'

const { body } = await request(`${process.argv[2]}/`, { method: 'DELETE' })
await body.dump()
process.exit()
