-- Who works on a generation, so that a process that lost it, such as one that stood still for longer than its lease,
-- changes nothing any more; and how often it was begun, so that one that kills its process is not begun for ever.

alter table asset_generation_jobs add column if not exists worker varchar(64);
alter table asset_generation_jobs add column if not exists claims integer not null default 0;

create or replace function asset_job_complete(
    p_generation uuid, p_worker text, p_asset jsonb, p_cost numeric, p_usage jsonb) returns boolean language plpgsql as $$
begin
    perform 1 from asset_generation_jobs j where j.generation_id = p_generation and j.worker = p_worker for update;
    return found and asset_job_complete(p_generation, p_asset, p_cost, p_usage);
end;
$$;
