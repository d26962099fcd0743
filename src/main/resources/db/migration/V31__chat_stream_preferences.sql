-- Which model a caller prefers for streams: what user-preference of the stream models stores, reads and clears.
create table if not exists chat_stream_preferences (
    user_id varchar(255) primary key,
    model_id text not null,
    priority varchar(50) not null,
    vr_mode boolean not null,
    updated_at timestamptz not null default now()
);
