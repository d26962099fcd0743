-- Accounts of the local identity provider, in a schema of their own that an old platform's database does not have.
-- Nothing in it opens anything by itself: passwords are hashed with bcrypt, refresh tokens and confirmation tokens (256
-- random bits each) are there as SHA-256 only, and of signing keys there is the public half; the private half never
-- leaves the process that made it.

create schema if not exists identity;

create table if not exists identity.users (
    id                   uuid        not null default gen_random_uuid() primary key,
    email                text        not null unique check (email = lower(email)),
    password_hash        text        not null,
    email_confirmed_at   timestamptz,
    confirmation_sent_at timestamptz,
    last_sign_in_at      timestamptz,
    -- Written by operators; a role of admin makes an administrator.
    app_metadata         jsonb       not null default '{"provider": "email", "providers": ["email"]}',
    -- Written by users, believed by nobody.
    user_metadata        jsonb       not null default '{}',
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now()
);

create table if not exists identity.sessions (
    id           uuid        not null primary key,
    user_id      uuid        not null references identity.users (id) on delete cascade,
    created_at   timestamptz not null default now(),
    refreshed_at timestamptz not null default now()
);
create index if not exists idx_sessions_user on identity.sessions (user_id);

-- The tokens of a session are a family: used ones stay, so that the second use of one is noticed and ends the session.
create table if not exists identity.refresh_tokens (
    token_hash char(64)    not null primary key,
    session_id uuid        not null references identity.sessions (id) on delete cascade,
    created_at timestamptz not null default now(),
    used_at    timestamptz
);
create index if not exists idx_refresh_tokens_session on identity.refresh_tokens (session_id);

create table if not exists identity.confirmations (
    user_id    uuid        not null primary key references identity.users (id) on delete cascade,
    token_hash char(64)    not null unique,
    expires_at timestamptz not null
);

create table if not exists identity.signing_keys (
    kid          text        not null primary key,
    public_jwk   jsonb       not null check (not public_jwk ? 'd'),
    last_used_at timestamptz not null default now()
);

-- Users as clients of the provider know them.
create or replace view identity.user_documents as
select u.id,
       jsonb_build_object(
           'id', u.id,
           'aud', 'authenticated',
           'role', 'authenticated',
           'email', u.email,
           'phone', '',
           'email_confirmed_at', u.email_confirmed_at,
           'confirmed_at', u.email_confirmed_at,
           'confirmation_sent_at', u.confirmation_sent_at,
           'last_sign_in_at', u.last_sign_in_at,
           'app_metadata', u.app_metadata,
           'user_metadata', u.user_metadata,
           'identities', jsonb_build_array(jsonb_build_object(
               'identity_id', u.id,
               'id', u.id,
               'user_id', u.id,
               'provider', 'email',
               'email', u.email,
               'identity_data', jsonb_build_object(
                   'sub', u.id,
                   'email', u.email,
                   'email_verified', u.email_confirmed_at is not null,
                   'phone_verified', false),
               'last_sign_in_at', u.last_sign_in_at,
               'created_at', u.created_at,
               'updated_at', u.updated_at)),
           'created_at', u.created_at,
           'updated_at', u.updated_at,
           'is_anonymous', false) as document
from identity.users u;
