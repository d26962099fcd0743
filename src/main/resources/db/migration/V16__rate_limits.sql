-- How often callers came in the current window and second, counted by all gateways together. Unlogged: the counts are
-- worth nothing after a crash, and cost a quarter of the writing without it.

create unlogged table if not exists rate_limits (
    caller       text        not null primary key,
    window_start timestamptz not null,
    requests     integer     not null,
    second_start timestamptz not null,
    burst        integer     not null
) with (fillfactor = 50);
