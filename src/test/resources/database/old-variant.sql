-- The other bootstrap script: zone-aware times, stricter names, longer digests, other index and trigger names.
create table users (
    id uuid primary key default gen_random_uuid(),
    email varchar(255) unique not null,
    name varchar(255) not null,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);
create table api_keys (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    key_hash varchar(255) unique not null,
    name varchar(255) not null,
    permissions jsonb default '{}',
    is_active boolean default true,
    expires_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);
create index idx_api_keys_hash on api_keys (key_hash);
create index idx_api_keys_user on api_keys (user_id);
create index idx_api_keys_active on api_keys (is_active);
create table personas (
    id uuid primary key default gen_random_uuid(),
    name varchar(100) not null unique,
    description text not null,
    system_prompt text not null,
    is_default boolean
);
create table chat_messages (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id),
    conversation_id uuid,
    role varchar(50) not null,
    content text not null,
    created_at timestamp default current_timestamp
);

create or replace function update_updated_at_column() returns trigger as 'begin new.updated_at = now(); return new; end' language plpgsql;
create trigger touch_users before update on users for each row execute function update_updated_at_column();
create trigger touch_api_keys before update on api_keys for each row execute function update_updated_at_column();

insert into users (id, email, name) values ('11111111-1111-1111-1111-111111111111', 'one@example.com', 'One');
insert into api_keys (user_id, key_hash, name, expires_at) values
    ('11111111-1111-1111-1111-111111111111', repeat('a', 64), 'first', now() + interval '1 day');
insert into chat_messages (user_id, conversation_id, role, content) values
    ('11111111-1111-1111-1111-111111111111', null, 'user', 'hi');
