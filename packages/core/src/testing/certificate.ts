/** A certificate of a key on P-256, signed by itself, in base64; and its public key. */
export const certificate = [
  'MIIBeDCCAR+gAwIBAgIUP6FyfRDFzWD+7U/36V5pp64PShQwCgYIKoZIzj0EAwIwEjEQMA4GA1UEAwwHcGFydG5l',
  'cjAeFw0yNjExMjkxMDI1MzBaFw0zNjExMjYxMDI1MzBaMBIxEDAOBgNVBAMMB3BhcnRuZXIwWTATBgcqhkjOPQIB',
  'BggqhkjOPQMBBwNCAAT9B8xwC/qVo/NC2qrx9vaa9ipIV3dpV22MQK+j0ZPoFvzLw3cz/s8DGdC/iKnnzvkbT/pr',
  'EwznH+TqsO0zkembo1MwUTAdBgNVHQ4EFgQUm+9A2smlh5cQqsj1fflKfMJoz7EwHwYDVR0jBBgwFoAUm+9A2sml',
  'h5cQqsj1fflKfMJoz7EwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiApYzso39XzSyISbWXFyEuU',
  'hIykv870KIq374um7pfz0wIgSPplmewUw7ot59FI8BLbsMIiU9Tq8JfKEBzsVLuUO4I=',
].join('')

export const certified = {
  kty: 'EC',
  crv: 'P-256',
  x: '_QfMcAv6laPzQtqq8fb2mvYqSFd3aVdtjECvo9GT6BY',
  y: '_MvDdzP-zwMZ0L-IqefO-RtP-msTDOcf5Oqw7TOR6Zs',
}
