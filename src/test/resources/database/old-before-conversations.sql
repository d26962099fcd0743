-- A database from before conversations had a table: messages name conversations that have no row.
create table users (
    id uuid primary key default gen_random_uuid(),
    email varchar(255) unique not null
);
create table api_keys (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    key_hash varchar(64) unique not null
);
create table chat_messages (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id),
    conversation_id uuid not null,
    role varchar(50) not null,
    content text not null,
    created_at timestamp default current_timestamp
);

insert into users (id, email) values
    ('11111111-1111-1111-1111-111111111111', 'one@example.com'),
    ('22222222-2222-2222-2222-222222222222', 'two@example.com');
insert into api_keys (user_id, key_hash) values ('11111111-1111-1111-1111-111111111111', repeat('a', 64));
insert into chat_messages (user_id, conversation_id, role, content, created_at) values
    ('11111111-1111-1111-1111-111111111111', '33333333-3333-3333-3333-333333333333', 'user', 'hi', '2025-01-01'),
    ('11111111-1111-1111-1111-111111111111', '33333333-3333-3333-3333-333333333333', 'assistant', 'hello', '2025-01-02');
