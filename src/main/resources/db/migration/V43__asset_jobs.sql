-- The three moments of a generation at which rows must change together, each one transaction: it is accepted and its
-- price reserved, it is finished and booked, it is given up and its reservation gone.

-- Accepts a generation, unless the same key was used before, too many wait, or the session's budget does not suffice.
-- The budget counts the charges of the session since its window began, and the reservations of what still runs; the
-- window of 24 hours begins with its first charge. The lock on the window makes requests of one session take turns.
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
    if p_strategy <> 'database' and (
        select count(*) from asset_generation_jobs j where j.status = 'pending') >= p_pending_max then
        return query select 'full', null::uuid;
        return;
    end if;
    if p_cost > 0 then
        insert into asset_budget_windows (user_id, session_id, started_at) values (p_user, p_session, moment)
            on conflict do nothing;
        select started_at into begun from asset_budget_windows w
            where w.user_id = p_user and w.session_id = p_session for update;
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

-- Finishes a generation once: the asset's row, its generation, the usage and the charge. False when it was over before.
create or replace function asset_job_complete(
    p_generation uuid, p_asset jsonb, p_cost numeric, p_usage jsonb) returns boolean language plpgsql as $$
declare
    job asset_generation_jobs%rowtype;
    moment timestamp := now() at time zone 'UTC';
    millis integer;
begin
    select * into job from asset_generation_jobs j where j.generation_id = p_generation for update;
    if not found or job.status in ('completed', 'failed') then
        return false;
    end if;
    millis := extract(epoch from moment - job.created_at) * 1000;
    insert into assets (
        id, source_id, category, title, description, style_tags, file_url, storage_type, storage_path, storage_backend,
        file_size_mb, size_bytes, file_format, content_type, sha256, preview_image_url, quality_score, license_type,
        attribution_required, created_by, metadata)
    select
        (p_asset ->> 'id')::uuid, (select s.id from asset_sources s where s.source_name = p_asset ->> 'source'),
        job.category, left(p_asset ->> 'title', 255), p_asset ->> 'description',
        coalesce((select array_agg(tag) from jsonb_array_elements_text(p_asset -> 'style_tags') tag), '{}'),
        p_asset ->> 'storage_path', 'supabase', p_asset ->> 'storage_path', p_asset ->> 'storage_backend',
        round((p_asset ->> 'size_bytes')::numeric / 1048576, 2), (p_asset ->> 'size_bytes')::bigint,
        p_asset ->> 'file_format', p_asset ->> 'content_type', p_asset ->> 'sha256', p_asset ->> 'preview',
        (p_asset ->> 'quality_score')::double precision, p_asset ->> 'license_type', false, job.user_id,
        p_asset -> 'metadata'
    on conflict (id) do nothing;
    insert into asset_generations (
        asset_id, generation_id, generation_prompt, generation_service, generation_cost, generation_time_ms, session_id,
        user_id, generation_metadata, created_at)
    values (
        (p_asset ->> 'id')::uuid, p_generation, coalesce(p_asset #>> '{metadata,prompt}', ''), p_asset ->> 'service',
        p_cost, millis, job.session_id, job.user_id, p_asset -> 'metadata', moment)
    on conflict (generation_id) do nothing;
    insert into asset_usage (asset_id, user_id, session_id, usage_type, cost_incurred)
    values ((p_asset ->> 'id')::uuid, job.user_id, job.session_id, 'request', p_cost);
    insert into api_usage_costs (
        log_id, user_id, provider_id, provider_key, operation, asset_id, request_id, units, unit_cost, total_cost,
        images, models, credits, quality, model, cost_breakdown, usage_metrics, billing_period, created_at)
    values (
        'usage_' || replace(p_generation::text, '-', ''), job.user_id,
        (select p.id from api_providers p where p.provider_key = p_usage ->> 'provider'), p_usage ->> 'provider',
        p_usage ->> 'operation', (p_asset ->> 'id')::uuid, p_generation::text, 1, p_cost, p_cost,
        coalesce((p_usage ->> 'images')::integer, 0), coalesce((p_usage ->> 'models')::integer, 0),
        coalesce((p_usage ->> 'credits')::integer, 0), coalesce(p_usage ->> 'quality', 'standard'),
        p_usage ->> 'model', jsonb_build_object('base_cost', p_cost, 'total_cost', p_cost),
        coalesce(p_usage -> 'metrics', '{}'), to_char(moment, 'YYYY-MM'), moment)
    on conflict do nothing;
    update asset_generation_jobs j set
        status = 'completed', progress = 100, cost = p_cost, asset_id = (p_asset ->> 'id')::uuid,
        provider_usage = p_usage -> 'metrics', provider_result = null, completed_at = moment, lease_until = null
        where j.generation_id = p_generation;
    return true;
end;
$$;
