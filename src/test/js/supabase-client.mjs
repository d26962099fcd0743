// The official client against the identity provider at SUPABASE_URL: up, out, in, on, who am I, out.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'

const require = createRequire(process.env.CLIENT_FOLDER + '/')
const { createClient } = require('@supabase/supabase-js')

const email = `client-${Date.now()}@example.com`
const password = 'a good p4ssword'
const client = createClient(process.env.SUPABASE_URL, 'any-anon-key', {
  auth: { persistSession: false, autoRefreshToken: false },
  // Not used here; without it the client wants a WebSocket that older Node versions lack.
  realtime: { transport: class {} }
})

const up = await client.auth.signUp({ email, password, options: { data: { name: 'Ann' } } })
assert.equal(up.error, null)
assert.equal(up.data.user.email, email)
assert.equal(up.data.user.user_metadata.name, 'Ann')
assert.ok(up.data.session.access_token)

const again = await client.auth.signUp({ email, password })
assert.equal(again.error.code, 'user_already_exists')

const weak = await client.auth.signUp({ email: 'x' + email, password: 'short' })
assert.equal(weak.error.name, 'AuthWeakPasswordError')

const wrong = await client.auth.signInWithPassword({ email, password: 'wrong password' })
assert.equal(wrong.error.code, 'invalid_credentials')
assert.equal(wrong.error.status, 400)

const signedIn = await client.auth.signInWithPassword({ email, password })
assert.equal(signedIn.error, null)
const first = signedIn.data.session

const refreshed = await client.auth.refreshSession()
assert.equal(refreshed.error, null)
assert.notEqual(refreshed.data.session.refresh_token, first.refresh_token)

const me = await client.auth.getUser()
assert.equal(me.error, null)
assert.equal(me.data.user.id, up.data.user.id)

const claims = await client.auth.getClaims()
assert.equal(claims.error, null)
assert.equal(claims.data.claims.sub, up.data.user.id)

const changed = await client.auth.updateUser({ data: { name: 'Anna' } })
assert.equal(changed.error, null)
assert.equal(changed.data.user.user_metadata.name, 'Anna')

const last = refreshed.data.session
const out = await client.auth.signOut()
assert.equal(out.error, null)

const gone = await client.auth.getUser(last.access_token)
assert.equal(gone.error.name, 'AuthSessionMissingError')
const dead = await client.auth.refreshSession({ refresh_token: last.refresh_token })
assert.equal(dead.error.code, 'refresh_token_not_found')

console.log('all well')
