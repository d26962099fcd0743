-- The tables every release of the platform has shared. The database may be an old platform's, in any of its variants:
-- nothing here renames, tightens or retypes; a table that exists only gains the columns it lacks.

create or replace function update_updated_at_column() returns trigger language plpgsql as $$
begin
    new.updated_at = current_timestamp;
    return new;
end;
$$;

create table if not exists users (
    id         uuid         not null default gen_random_uuid() primary key,
    email      varchar(255) not null unique,
    name       varchar(255),
    created_at timestamp    default current_timestamp,
    updated_at timestamp    default current_timestamp
);
alter table users add column if not exists name varchar(255);
alter table users add column if not exists created_at timestamp default current_timestamp;
alter table users add column if not exists updated_at timestamp default current_timestamp;

create table if not exists api_keys (
    id           uuid        not null default gen_random_uuid() primary key,
    user_id      uuid        not null references users (id) on delete cascade,
    key_hash     varchar(64) not null unique,
    name         varchar(255),
    permissions  jsonb       default '{}',
    is_active    boolean     default true,
    expires_at   timestamp,
    last_used_at timestamp,
    created_at   timestamp   default current_timestamp,
    updated_at   timestamp   default current_timestamp
);
alter table api_keys add column if not exists name varchar(255);
alter table api_keys add column if not exists permissions jsonb default '{}';
alter table api_keys add column if not exists is_active boolean default true;
alter table api_keys add column if not exists expires_at timestamp;
alter table api_keys add column if not exists last_used_at timestamp;
alter table api_keys add column if not exists created_at timestamp default current_timestamp;
alter table api_keys add column if not exists updated_at timestamp default current_timestamp;

create table if not exists personas (
    id                 uuid         not null default gen_random_uuid() primary key,
    name               varchar(100) not null unique,
    description        text         not null,
    system_prompt      text         not null,
    personality_traits jsonb        default '{}',
    capabilities       jsonb        default '{}',
    is_active          boolean      default true,
    created_by         varchar(255),
    created_at         timestamptz  default now(),
    updated_at         timestamptz  default now()
);
alter table personas add column if not exists personality_traits jsonb default '{}';
alter table personas add column if not exists capabilities jsonb default '{}';
alter table personas add column if not exists is_active boolean default true;
alter table personas add column if not exists created_by varchar(255);
alter table personas add column if not exists created_at timestamptz default now();
alter table personas add column if not exists updated_at timestamptz default now();

create table if not exists user_persona_preferences (
    user_id    varchar(255) not null primary key,
    persona_id uuid         not null references personas (id) on delete cascade,
    updated_at timestamptz  default now()
);
alter table user_persona_preferences add column if not exists updated_at timestamptz default now();

create table if not exists conversations (
    id         uuid         not null default gen_random_uuid() primary key,
    user_id    uuid         not null references users (id) on delete cascade,
    title      varchar(255) not null default 'New Conversation',
    preview    text,
    is_active  boolean      default true,
    created_at timestamp    default current_timestamp,
    updated_at timestamp    default current_timestamp
);
alter table conversations add column if not exists preview text;
alter table conversations add column if not exists is_active boolean default true;
alter table conversations add column if not exists created_at timestamp default current_timestamp;
alter table conversations add column if not exists updated_at timestamp default current_timestamp;

create table if not exists chat_messages (
    id              uuid        not null default gen_random_uuid() primary key,
    user_id         uuid        not null references users (id),
    conversation_id uuid        not null,
    role            varchar(50) not null,
    content         text        not null,
    model           varchar(100),
    provider        varchar(50),
    tokens_used     integer,
    created_at      timestamp   default current_timestamp
);
alter table chat_messages add column if not exists model varchar(100);
alter table chat_messages add column if not exists provider varchar(50);
alter table chat_messages add column if not exists tokens_used integer;
alter table chat_messages add column if not exists created_at timestamp default current_timestamp;
