import { pino } from 'pino'
import t, { type Test } from 'tap'
import { createSafePage } from '../../../service/web/safe-page.ts'

function openPage(t: Test, reason = 'STORE_FAILED') {
  const page = createSafePage({ reason, logger: pino({ level: 'silent' }) })
  t.teardown(() => page.close())
  return page
}

t.test('every address of the page says in each language that the hub does not start', async (t) => {
  const page = openPage(t)
  for (const url of ['/', '/office', '/index.html']) {
    const { statusCode, headers, body } = await page.inject(url)
    t.equal(statusCode, 503)
    t.match(headers['content-type'], 'text/html')
    for (const language of ['en', 'es', 'pt', 'fr', 'id']) t.match(body, `lang="${language}"`)
    t.match(body, '<code>STORE_FAILED</code>')
  }
})

t.test('what is wrong with the card is said in words', async (t) => {
  const damaged = (await openPage(t, 'CARD_DAMAGED').inject('/')).body
  const readOnly = (await openPage(t, 'CARD_READ_ONLY').inject('/')).body
  for (const words of [/could not be repaired/, /no se pudo reparar/, /não pôde ser reparado/])
    t.match(damaged, words)
  for (const words of [/until it is checked/, /hasta que se revise/, /sebelum diperiksa/])
    t.match(readOnly, words)
  t.notMatch(damaged, /until it is checked/)
})

t.test('the API is 503 with the reason, health first of all', async (t) => {
  const page = openPage(t)
  for (const url of ['/api/health', '/api/status', '/api/login']) {
    const response = await page.inject({ url, method: url === '/api/login' ? 'POST' : 'GET' })
    t.equal(response.statusCode, 503)
    t.match(response.headers['content-type'], 'application/problem+json')
    t.match(response.json(), { code: 'SAFE_MODE', detail: 'STORE_FAILED' })
  }
})

t.test('the reason cannot be markup', async (t) => {
  const page = openPage(t, '<script>')
  t.notMatch((await page.inject('/')).body, '<script>')
})
