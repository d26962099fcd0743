-- Limits that hold across processes: how many generations wait, what a session may spend, how often a provider is asked;
-- and what is needed to forget old rows in small pieces.

-- As before, except that requests take turns where they count what waits, and that the window of a session is there when
-- it is locked, whatever upkeep removes meanwhile.
create or replace function asset_job_open(
    p_generation uuid, p_user text, p_session text, p_key text, p_hash text, p_category text, p_request jsonb,
    p_strategy text, p_cost numeric, p_budget numeric, p_pending_max integer)
    returns table (outcome text, generation_id uuid) language plpgsql as $$
declare
    known asset_generation_jobs%rowtype;
    begun timestamp;
    spent numeric;
    moment timestamp := now() at time zone 'UTC';
begin
    if p_key <> '' then
        perform pg_advisory_xact_lock(hashtextextended('asset-key ' || p_user || ' ' || p_key, 0));
        select * into known from asset_generation_jobs j where j.user_id = p_user and j.idempotency_key = p_key;
        if found and known.created_at > moment - interval '24 hours' then
            return query select case when known.request_hash = p_hash then 'known' else 'other-body' end,
                known.generation_id;
            return;
        elsif found then
            update asset_generation_jobs j set idempotency_key = null where j.generation_id = known.generation_id;
        end if;
    end if;
    if p_strategy <> 'database' then
        perform pg_advisory_xact_lock(hashtextextended('asset-pending', 0));
        if (select count(*) from asset_generation_jobs j where j.status = 'pending') >= p_pending_max then
            return query select 'full', null::uuid;
            return;
        end if;
    end if;
    if p_cost > 0 then
        insert into asset_budget_windows as w (user_id, session_id, started_at) values (p_user, p_session, moment)
            on conflict (user_id, session_id) do update set started_at = w.started_at
            returning w.started_at into begun;
        -- The time after the lock: by the time of its start, a request that waited would be older than the window.
        moment := clock_timestamp() at time zone 'UTC';
        if begun <= moment - interval '24 hours' then
            begun := moment;
            update asset_budget_windows w set started_at = begun
                where w.user_id = p_user and w.session_id = p_session;
        end if;
        select coalesce(sum(case when j.status in ('pending', 'processing') then j.estimated_cost else j.cost end), 0)
            into spent from asset_generation_jobs j
            where j.user_id = p_user and j.session_id = p_session and j.created_at >= begun
              and j.strategy <> 'database';
        if spent >= p_budget or spent + p_cost > p_budget then
            return query select 'budget', null::uuid;
            return;
        end if;
    end if;
    insert into asset_generation_jobs (
        generation_id, user_id, session_id, idempotency_key, request_hash, category, request, strategy, estimated_cost,
        created_at, updated_at)
    values (
        p_generation, p_user, p_session, nullif(p_key, ''), p_hash, p_category, p_request, p_strategy, p_cost,
        moment, moment);
    return query select 'opened', p_generation;
end;
$$;

create index if not exists idx_asset_generation_jobs_created on asset_generation_jobs (created_at);
create index if not exists idx_asset_budget_windows_started on asset_budget_windows (started_at);

-- When providers were asked in the last minute, or are going to be.
create table if not exists asset_provider_turns (
    source_name varchar(100) not null,
    turn_at     timestamp    not null
);
create index if not exists idx_asset_provider_turns on asset_provider_turns (source_name, turn_at);

-- Takes the next turn for so many calls of a provider, such that no minute holds more of them than its row allows, and
-- says how many milliseconds are left until then; -1, and no turn, when that is longer than the caller waits.
create or replace function asset_provider_turn(p_source text, p_calls integer, p_wait_max_ms integer) returns integer
language plpgsql as $$
declare
    allowed integer;
    moment timestamp;
    turn timestamp;
begin
    select rate_limit_per_minute into allowed from asset_sources where source_name = p_source;
    if allowed is null then
        return 0;
    end if;
    perform pg_advisory_xact_lock(hashtextextended('asset-turn ' || p_source, 0));
    moment := clock_timestamp() at time zone 'UTC';
    delete from asset_provider_turns where source_name = p_source and turn_at < moment - interval '1 minute';
    -- The oldest call that leaves no room for these ones until it is a minute old.
    select turn_at + interval '1 minute' into turn from asset_provider_turns where source_name = p_source
        order by turn_at desc offset greatest(allowed - p_calls, 0) limit 1;
    turn := greatest(moment, turn);
    if turn > moment + p_wait_max_ms * interval '1 millisecond' then
        return -1;
    end if;
    insert into asset_provider_turns select p_source, turn from generate_series(1, p_calls);
    return ceil(extract(epoch from turn - moment) * 1000);
end;
$$;
