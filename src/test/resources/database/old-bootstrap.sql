-- The old platform's local bootstrap with all its migrations, and some data.
create extension if not exists "uuid-ossp";

create table users (
    id uuid primary key default gen_random_uuid(),
    email varchar(255) unique not null,
    name varchar(255),
    created_at timestamp default current_timestamp,
    updated_at timestamp default current_timestamp
);
create table api_keys (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    key_hash varchar(64) unique not null,
    name varchar(255),
    permissions jsonb default '{}',
    is_active boolean default true,
    expires_at timestamp,
    last_used_at timestamp,
    created_at timestamp default current_timestamp,
    updated_at timestamp default current_timestamp
);
create index idx_api_keys_user_id on api_keys (user_id);
create index idx_api_keys_key_hash on api_keys (key_hash);
create index idx_api_keys_is_active on api_keys (is_active);
create table personas (
    id uuid primary key default gen_random_uuid(),
    name varchar(100) not null unique,
    description text not null,
    system_prompt text not null,
    personality_traits jsonb default '{}',
    capabilities jsonb default '{}',
    is_active boolean default true,
    created_by varchar(255),
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);
create index idx_personas_name on personas (name);
create index idx_personas_active on personas (is_active);
create index idx_personas_created_by on personas (created_by);
create index personas_by_hand on personas (is_active, created_at desc);
create table user_persona_preferences (
    user_id varchar(255) primary key,
    persona_id uuid not null references personas (id) on delete cascade,
    updated_at timestamptz default now()
);
create table conversations (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    title varchar(255) not null default 'New Conversation',
    preview text,
    is_active boolean default true,
    created_at timestamp default current_timestamp,
    updated_at timestamp default current_timestamp
);
create index idx_conversations_user_id on conversations (user_id);
create index idx_conversations_created_at on conversations (created_at desc);
create index idx_conversations_is_active on conversations (is_active);
create table chat_messages (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id),
    conversation_id uuid not null,
    role varchar(50) not null,
    content text not null,
    model varchar(100),
    provider varchar(50),
    tokens_used integer,
    created_at timestamp default current_timestamp,
    constraint fk_chat_messages_conversation_id
        foreign key (conversation_id) references conversations (id) on delete cascade
);
create index idx_chat_messages_user_id on chat_messages (user_id);
create index idx_chat_messages_conversation_id on chat_messages (conversation_id);
create index idx_chat_messages_created_at on chat_messages (created_at);
create index idx_chat_messages_role on chat_messages (role);
create table schema_migrations (
    id serial primary key,
    migration_name varchar(255) unique not null,
    applied_at timestamp default current_timestamp,
    checksum varchar(64),
    execution_time_ms integer
);
create index idx_schema_migrations_name on schema_migrations (migration_name);

create or replace function update_updated_at_column() returns trigger as 'begin new.updated_at = current_timestamp; return new; end' language plpgsql;
create trigger update_users_updated_at before update on users for each row execute function update_updated_at_column();
create trigger update_api_keys_updated_at before update on api_keys for each row execute function update_updated_at_column();
create trigger update_conversations_updated_at before update on conversations for each row execute function update_updated_at_column();

insert into schema_migrations (migration_name, checksum) values ('001_assets.sql', 'aa'), ('002_conversations.sql', 'bb');
insert into users (id, email, name) values
    ('11111111-1111-1111-1111-111111111111', 'one@example.com', 'One'),
    ('22222222-2222-2222-2222-222222222222', 'two@example.com', null);
insert into api_keys (user_id, key_hash, permissions) values
    ('11111111-1111-1111-1111-111111111111', repeat('a', 64), '{"admin": true}');
insert into conversations (id, user_id, title) values
    ('33333333-3333-3333-3333-333333333333', '11111111-1111-1111-1111-111111111111', 'Hello');
insert into chat_messages (user_id, conversation_id, role, content) values
    ('11111111-1111-1111-1111-111111111111', '33333333-3333-3333-3333-333333333333', 'user', 'hi');
