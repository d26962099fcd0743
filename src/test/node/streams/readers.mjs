// Official readers on all stream surfaces: openai and ai where frames carry choices, eventsource-parser on every one.
// Arguments: address of the hub, token of a caller.
import assert from 'node:assert/strict'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { streamText } from 'ai'
import { createParser } from 'eventsource-parser'
import OpenAI from 'openai'

const [base, token] = process.argv.slice(2)
const TEXT = 'Hello from the fake model, one word at a time.'
const WITH_CHOICES = ['/api/v1/chat', '/api/v1/chat/completions', '/api/v0.2/chat', '/api/v0.2/chat/stream']

// Both clients only know OpenAI's path; what is tested is how they read.
const to = (path) => (url, init) => fetch(base + path, init)

async function readByOpenAi(path, message) {
  const client = new OpenAI({ baseURL: base + '/api/v1', apiKey: token, maxRetries: 0, fetch: to(path) })
  const stream = await client.chat.completions.create({
    model: 'claude-3-haiku-20240307',
    messages: [{ role: 'user', content: message }],
    stream: true
  })
  let text = ''
  const reasons = []
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? ''
    if (chunk.choices[0]?.finish_reason) reasons.push(chunk.choices[0].finish_reason)
  }
  return { text, reasons }
}

async function readByAi(path, message) {
  const provider = createOpenAICompatible({ name: 'gaia', baseURL: base + '/api/v1', apiKey: token, fetch: to(path) })
  const errors = []
  const result = streamText({
    model: provider.chatModel('claude-3-haiku-20240307'),
    prompt: message,
    maxRetries: 0,
    onError: ({ error }) => errors.push(error)
  })
  let text = ''
  for await (const part of result.textStream) text += part
  return { text, errors }
}

async function readByParser(path, body) {
  const answer = await fetch(base + path, {
    method: 'POST',
    headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, stream: true })
  })
  assert.equal(answer.status, 200)
  const seen = { events: [], comments: 0, done: false }
  const parser = createParser({
    onEvent: (event) => {
      assert.equal(event.event, undefined)
      if (event.data === '[DONE]') seen.done = true
      else seen.events.push(JSON.parse(event.data))
    },
    onComment: () => seen.comments++,
    onError: (error) => assert.fail(error)
  })
  const decoder = new TextDecoder()
  for await (const piece of answer.body) parser.feed(decoder.decode(piece, { stream: true }))
  return seen
}

for (const path of WITH_CHOICES) {
  const openai = await readByOpenAi(path, 'Hello')
  assert.equal(openai.text, TEXT, path)
  assert.deepEqual(openai.reasons, ['stop'], path)
  const ai = await readByAi(path, 'Hello')
  assert.deepEqual(ai, { text: TEXT, errors: [] }, path)
}

const typed = await readByParser('/api/v0.2/chat/stream', { message: 'fake-unicode' })
const types = typed.events.map((event) => event.type)
assert.deepEqual(types.slice(0, 4), ['start', 'ready', 'model_selection', 'content'])
assert.deepEqual(types.slice(-2), ['metadata', 'complete'])
assert.ok(typed.done)
assert.ok(typed.events.every((event) => event.choices.length === 1))
assert.equal(
  typed.events.map((event) => event.content ?? '').join(''),
  typed.events.map((event) => event.choices[0].delta.content ?? '').join('')
)

const directive = '{"m":"pause","p":{"secs":2,"why":"take a breath"}}'
const clean = await readByParser('/api/v0.3/chat', { message: 'fake-echo Now ' + directive + ' go on.' })
assert.equal(clean.done, false)
assert.equal(clean.events[0].type, 'metadata')
assert.match(clean.events[0].conversation_id, /^[0-9a-f-]{36}$/)
assert.equal(clean.events.at(-1).type, 'done')
const parts = clean.events.filter((event) => event.type === 'content').map((event) => event.content)
assert.equal(parts.join(''), 'fake-echo Now ' + directive + ' go on.')
assert.ok(parts.includes(directive), 'the directive is whole: ' + JSON.stringify(parts))
assert.ok(parts.slice(0, -1).every((part) => /\s$/.test(part) || part === directive), JSON.stringify(parts))

const quietOnes = ['/api/v1/chat', '/api/v0.2/chat', '/api/v0.2/chat/stream', '/api/v0.3/chat'].map(async (path) => {
  const quiet = await readByParser(path, { message: 'fake-stream-3x900ms' })
  assert.ok(quiet.comments > 0, path + ' sends comments while it is quiet')
})
await Promise.all(quietOnes)
