-- One row for every request that was sent to a model provider, the failed ones included; a call has one row or more.
create table if not exists chat_attempts (
    id bigint generated always as identity primary key,
    started_at timestamptz not null,
    request_id text not null,
    user_id text not null,
    number integer not null,
    provider text not null,
    model text not null,
    -- ok, the class of a failure (mappings/chat/failures.yaml), rejected, local or caller-gone
    outcome text not null,
    status integer,
    first_token_ms bigint,
    duration_ms bigint not null,
    input_tokens bigint,
    output_tokens bigint not null,
    -- whether tokens are our own count
    estimated boolean not null,
    -- caller or gateway when the provider was still at work
    cancelled_by text,
    -- at the price of this model; null when it has none in the catalogue
    cost_usd numeric(14, 8)
);

create index if not exists chat_attempts_request on chat_attempts (request_id);
create index if not exists chat_attempts_user on chat_attempts (user_id, started_at);
