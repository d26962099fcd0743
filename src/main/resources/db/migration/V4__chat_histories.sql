-- Dialogues that the platform keeps for callers who send one message at a time, per caller and surface. The caller is
-- text: a token's subject need not have a row in users.

create table if not exists chat_histories (
    id         uuid        not null default gen_random_uuid() primary key,
    user_id    text        not null,
    surface    text        not null,
    role       text        not null,
    content    text        not null,
    created_at timestamptz not null default now(),
    seq        bigint      not null generated always as identity
);

create index if not exists idx_chat_histories_caller on chat_histories (user_id, surface, seq);
