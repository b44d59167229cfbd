// undici has no `exports` map, and its whole index costs some 60 ms at a cold start; the pool alone does not.
declare module 'undici/lib/dispatcher/pool.js' {
  import type { Pool } from 'undici'

  const pool: typeof Pool
  export default pool
}
