-- A stored asset is adapted to a request: what that costs, the moment it is finished and booked, and the moment it is
-- given up for a generation from scratch.

-- The price of one modification at a provider.
create or replace function asset_modification_price(provider text, category text)
    returns numeric language sql stable as $$
    select coalesce((
        select base_cost
        from api_pricing_tiers
        join api_providers on api_providers.id = provider_id
        where provider_key = provider and cost_unit = 'per_modification' and valid_to is null
          and asset_category in (category, '*')
        order by asset_category = '*'
        limit 1), 0.05)
$$;

-- Finishes an adaptation once: as a generation, and what the new asset keeps of its base. Whoever may not see the base
-- may not see what was made of it.
create or replace function asset_job_adapted(
    p_generation uuid, p_worker text, p_asset jsonb, p_cost numeric, p_usage jsonb, p_base jsonb)
    returns boolean language plpgsql as $$
declare
    job asset_generation_jobs%rowtype;
begin
    if not asset_job_complete(p_generation, p_worker, p_asset, p_cost, p_usage) then
        return false;
    end if;
    select * into job from asset_generation_jobs j where j.generation_id = p_generation;
    update assets set
        attribution_required = coalesce((p_base ->> 'attribution_required')::boolean, false),
        attribution_text = p_base ->> 'attribution_text',
        visibility = coalesce(p_base ->> 'visibility', 'public')
        where id = job.asset_id;
    insert into asset_modifications (
        base_asset_id, modified_asset_id, modifications, modification_service, modification_cost, modification_time_ms,
        session_id, user_id, modification_metadata, created_at)
    values (
        (p_base ->> 'id')::uuid, job.asset_id,
        (select array_agg(words order by position)
            from jsonb_array_elements_text(p_base -> 'modifications') with ordinality as made (words, position)),
        p_asset ->> 'service', p_cost, extract(epoch from job.completed_at - job.created_at) * 1000, job.session_id,
        job.user_id, p_asset -> 'metadata', job.completed_at);
    return true;
end;
$$;

-- Makes a generation from scratch of an adaptation that failed, if the session's budget allows its price instead: anew,
-- budget, or lost when another process works on it. The lock and the sum are those of asset_job_open.
create or replace function asset_job_anew(p_generation uuid, p_worker text, p_cost numeric, p_budget numeric) returns text
language plpgsql as $$
declare
    job asset_generation_jobs%rowtype;
    begun timestamp;
    spent numeric;
begin
    select * into job from asset_generation_jobs j where j.generation_id = p_generation;
    insert into asset_budget_windows (user_id, session_id, started_at)
        values (job.user_id, job.session_id, job.created_at) on conflict do nothing;
    select started_at into begun from asset_budget_windows w
        where w.user_id = job.user_id and w.session_id = job.session_id for update;
    select coalesce(sum(case when j.status in ('pending', 'processing') then j.estimated_cost else j.cost end), 0)
        into spent from asset_generation_jobs j
        where j.user_id = job.user_id and j.session_id = job.session_id and j.created_at >= begun
          and j.strategy <> 'database' and j.generation_id <> p_generation;
    if spent + p_cost > p_budget then
        return 'budget';
    end if;
    update asset_generation_jobs j set
        strategy = 'generation', estimated_cost = p_cost, provider = null, provider_task_id = null, provider_result = null
        where j.generation_id = p_generation and j.worker = p_worker and j.status = 'processing';
    return case when found then 'anew' else 'lost' end;
end;
$$;
